import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { extract, pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { caFile, markedContext, markedDockerfile } from "../src/docker/build-context.ts";
import { buildEnd, buildFailure } from "../src/docker/build-failure.ts";
import { buildLines } from "../src/docker/build-lines.ts";
import { buildTurns } from "../src/docker/build-turns.ts";
import { isOwnRuleFile } from "../src/docker/check-firewall-rules.ts";
import { codeTar } from "../src/docker/code-tar.ts";
import { parseEngineAddress } from "../src/docker/engine-address.ts";
import { EngineError, toDriverError } from "../src/docker/engine-error.ts";
import { engineCandidates } from "../src/docker/find-engine.ts";
import { firewallRules } from "../src/docker/firewall-rules.ts";
import { frames } from "../src/docker/frames.ts";
import { pullCandidates } from "../src/docker/image-source.ts";
import { logLines } from "../src/docker/log-lines.ts";
import { nameServersIn } from "../src/docker/name-servers.ts";
import { factsOf } from "../src/docker/run-facts.ts";
import { sshArgs } from "../src/docker/ssh-transport.ts";
import { sampleOf } from "../src/docker/stats.ts";
import { lookUpOwner, numericOwner } from "../src/docker/unit-owner.ts";

describe("P6 addresses of engines", () => {
  it.each([
    ["unix:///var/run/docker.sock", { kind: "unix", path: "/var/run/docker.sock" }],
    ["tcp://10.0.0.5:2375", { kind: "tcp", host: "10.0.0.5", port: 2375, tls: null }],
    ["10.0.0.5:2375", { kind: "tcp", host: "10.0.0.5", port: 2375, tls: null }],
    ["ssh://deploy@host-1:2222", { kind: "ssh", host: "host-1", port: 2222, user: "deploy" }],
  ])("%s", (given, address) => expect(parseEngineAddress(given)).toEqual(address));

  it.each(["ftp://x", "unix://", "ssh://-oProxyCommand=x", "ssh://-oA@host", ""])("refuses %j", (given) => {
    expect(() => parseEngineAddress(given)).toThrow(/is no address/);
  });

  it("DOCKER_HOST stands alone; else the usual sockets", () => {
    expect(engineCandidates({ DOCKER_HOST: "tcp://a:1" })).toHaveLength(1);
    expect(engineCandidates({ XDG_RUNTIME_DIR: "/run/user/7" })).toContainEqual({ kind: "unix", path: "/run/user/7/podman/podman.sock" });
  });

  it("nothing of an address can be an option to ssh", () => {
    const args = sshArgs({ kind: "ssh", host: "h", port: 22, user: "u" }, [], ["docker", "system", "dial-stdio"]);
    expect(args.slice(args.indexOf("--"))).toEqual(["--", "h", "docker", "system", "dial-stdio"]);
  });
});

describe("P22 where images are pulled from", () => {
  it.each([
    ["node:24", ["m.example/dh/library/node 24", "library/node 24"]],
    ["acme/app", ["m.example/dh/acme/app latest", "acme/app latest"]],
    ["docker.io/library/node:24", ["m.example/dh/library/node 24", "library/node 24"]],
    ["reg.example:5000/team/app:1.2", ["reg.example:5000/team/app 1.2"]],
    ["localhost/app", ["localhost/app latest"]],
    [`node@sha256:${"a".repeat(64)}`, [`m.example/dh/library/node sha256:${"a".repeat(64)}`, `library/node sha256:${"a".repeat(64)}`]],
  ])("%s", (image, wanted) => {
    expect(pullCandidates(image, ["https://m.example/dh/"]).map((one) => `${one.fromImage} ${one.tag}`)).toEqual(wanted);
  });
});

describe("P20 firewall rules", () => {
  const plan = {
    installation: "i",
    nameServers: ["10.9.9.9", "fe80::1"],
    allowed: [
      { host: "0.0.0.0", port: 3000 },
      { host: "10.1.2.3", port: 443 },
    ],
  };
  const [through, into] = firewallRules(plan, { apart: true });

  it("let answers, names and the front door pass, and drop the rest of what is not the internet", () => {
    expect(through?.first.split("\n").filter((line) => line.startsWith("-A"))).toEqual(
      [
        "-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN",
        "-d 10.9.9.9/32 -p udp --dport 53 -j RETURN",
        "-d 10.9.9.9/32 -p tcp --dport 53 -j RETURN",
        "-d 10.1.2.3/32 -p tcp --dport 443 -j RETURN",
        "-o ap[0-9a-f]{4}-\\+ -m physdev ! --physdev-is-bridged -j DROP$",
        ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
        ...["192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"],
      ].map((rule) =>
        rule.startsWith("-") ? expect.stringMatching(rule) : expect.stringMatching(`! -o ap[0-9a-f]{4}-\\+ -d ${rule} -j DROP$`),
      ),
    );
    const rules = into?.first.split("\n").filter((line) => line.startsWith("-A")) ?? [];
    expect(rules.at(-2)).toMatch(/-p tcp --dport 3000 -j RETURN$/);
    expect(rules.at(-1)).toMatch(/ -j DROP$/);
    expect(rules.filter((rule) => rule.includes("0.0.0.0"))).toEqual([]);
    for (const rules of [...firewallRules(plan, { apart: true }), ...firewallRules(plan, { apart: false })])
      for (const file of [rules.first, rules.renew, rules.remove]) expect(isOwnRuleFile(file, "i")).toBe(true);
    const plain = firewallRules(plan, { apart: false })[0]?.first ?? "";
    expect(plain.split("\n")).toEqual((through?.first ?? "").split("\n").filter((line) => !line.includes("physdev")));
  });

  it("are for name servers of IPv4 alone", () => {
    expect(nameServersIn("search x\nnameserver 10.0.0.2\n nameserver fe80::1\n#nameserver 1.1.1.1\n")).toEqual(["10.0.0.2"]);
  });
});

describe("P13 log streams", () => {
  const frame = (stream: number, data: string) => {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(Buffer.byteLength(data), 4);
    return Buffer.concat([header, Buffer.from(data)]);
  };
  const at = "2026-01-02T03:04:05.123456789Z";
  const whole = Buffer.concat([
    frame(1, `${at} héllo\n`),
    frame(2, `${at} first half, `),
    frame(1, `${at} between\n`),
    frame(2, `${at} second half\n`),
    frame(1, `${at} no end`),
  ]);

  it.each([1, 3, 7, 1000])("are the same lines in pieces of %i bytes", async (size) => {
    const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) => whole.subarray(i * size, (i + 1) * size));
    expect(await Array.fromAsync(logLines(Readable.from(pieces)))).toEqual([
      { at, stream: "stdout", text: "héllo" },
      { at, stream: "stdout", text: "between" },
      { at, stream: "stderr", text: "first half, second half" },
      { at, stream: "stdout", text: "no end" },
    ]);
  });

  it("hold empty frames too", async () => {
    const found = await Array.fromAsync(frames(Readable.from([Buffer.concat([frame(1, ""), frame(2, "x")])])));
    expect(found.map((one) => `${one.stream}:${one.data}`)).toEqual(["stdout:", "stderr:x"]);
  });
});

describe("P6 code and builds", () => {
  const archive = (...entries: [Parameters<ReturnType<typeof pack>["entry"]>[0], string?][]) => {
    const tar = pack();
    for (const [header, body] of entries) body === undefined ? tar.entry(header) : tar.entry(header, body);
    tar.finalize();
    return Readable.from(tar);
  };
  const contents = async (tar: Readable) => {
    const found: Record<string, string> = {};
    for await (const entry of Readable.from(await buffer(tar)).pipe(extract())) {
      found[`${entry.header.name} ${entry.header.uid}:${entry.header.gid} ${(entry.header.mode ?? 0).toString(8)}`] = await text(entry);
    }
    return found;
  };

  it("code is unpacked below its path, as the unit's user", async () => {
    const tar = archive([{ name: "./", type: "directory" }], [{ name: "a/b.js", mode: 0o644 }, "1"]);
    expect(await contents(codeTar(tar, "srv/app", { uid: 1000, gid: 1001 }))).toEqual({
      "srv/ 1000:1001 755": "",
      "srv/app/ 1000:1001 755": "",
      "srv/app/a/b.js 1000:1001 644": "1",
    });
  });

  it("code that leads outside fails", async () => {
    await expect(buffer(codeTar(archive([{ name: "../x" }, "1"]), "app", { uid: 0, gid: 0 }))).rejects.toMatchObject({ code: "invalid" });
  });

  it("users are read from the image's own files", () => {
    expect([numericOwner(""), numericOwner("1000"), numericOwner("1:2"), numericOwner("node")]).toEqual([
      { uid: 0, gid: 0 },
      { uid: 1000, gid: 1000 },
      { uid: 1, gid: 2 },
      null,
    ]);
    const passwd = "root:x:0:0:::\nnode:x:1000:1001:::\n";
    expect(lookUpOwner("node", passwd, "")).toEqual({ uid: 1000, gid: 1001 });
    expect(lookUpOwner("node:www", passwd, "www:x:33:\n")).toEqual({ uid: 1000, gid: 33 });
    expect(() => lookUpOwner("nobody", passwd, "")).toThrow(/no user nobody/);
  });

  it("every stage of a build begins with our labels and trusts the extra CA", async () => {
    const labels = { "agentpod.pod": "p1" };
    const dockerfile = "FROM node:24 AS build\nRUN npm ci\nFROM scratch\nCOPY --from=build / /\nFROM --platform=linux/amd64 \\\n  nginx\n";
    const lines = markedDockerfile(dockerfile, { labels, ca: "PEM" }).split("\n");
    expect(lines.filter((line) => line.startsWith("COPY .agentpod-extra-ca.pem"))).toHaveLength(2);
    expect(lines.filter((line) => line === "LABEL agentpod.pod=p1")).toHaveLength(3);
    expect(lines.slice(lines.indexOf("FROM scratch") + 1).slice(0, 2)).toEqual(["LABEL agentpod.pod=p1", "COPY --from=build / /"]);
    expect(lines[lines.indexOf("  nginx") + 1]).toBe("LABEL agentpod.pod=p1");
    expect(lines[3]).toContain(`NODE_EXTRA_CA_CERTS=${caFile}`);
    expect(markedDockerfile("FROM x\nRUN y", { labels, ca: null })).toBe("FROM x\nLABEL agentpod.pod=p1\nRUN y");
    const context = markedContext(archive([{ name: "./Dockerfile" }, "FROM x"], [{ name: "f" }, "1"]), "Dockerfile", { labels, ca: "PEM" });
    expect(Object.keys(await contents(context)).map((key) => key.split(" ")[0])).toEqual(["./Dockerfile", "f", ".agentpod-extra-ca.pem"]);
    const absent = markedContext(archive([{ name: "f" }, "1"]), "Dockerfile", { labels, ca: null });
    await expect(buffer(absent)).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("C3 what a build says and how it ends", () => {
  const cap = { memoryMb: 256, seconds: 9 };
  const never = new AbortController().signal;

  it.each([
    ["The command '/bin/sh -c x' returned a non-zero code: 137", [], "invalid", /needed more than 256 MB.*memoryMb/],
    ["The command '/bin/sh -c x' returned a non-zero code: 1", ["Killed"], "invalid", /needed more than 256 MB/],
    ["returned a non-zero code: 1", ["FATAL ERROR: JavaScript heap out of memory"], "invalid", /needed more than 256 MB/],
    ["The command '/bin/sh -c npm ci' returned a non-zero code: 1", ["npm ERR! no lock"], "invalid", /failed: .*npm ci[\s\S]*no lock/],
    ["the --mount option requires BuildKit. Refer to …", [], "invalid", /has --mount, which only BuildKit knows/],
    ["write /x: no space left on device", [], "unavailable", /disk is full/],
    [
      "The command '/bin/sh -c npm ci' returned a non-zero code: 228",
      ["npm error nospc ENOSPC: no space left"],
      "unavailable",
      /disk is full/,
    ],
    [
      "returned a non-zero code: 1",
      ["Killed", "Step 2/3 : RUN make", " ---> Running in 1f", "no rule"],
      "invalid",
      /failed: returned a non-zero code: 1\nno rule$/,
    ],
    ["context canceled", [], "unavailable", /went away/],
  ])("%s", (said, last, code, message) => {
    expect(buildFailure("app", said, last, cap)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("the one who ended it is named: its caller, the time, or the engine", () => {
    const stopped = AbortSignal.abort(new Error("not wanted any more"));
    expect(buildEnd("app", new Error("x"), never, stopped, cap)).toBe(stopped.reason);
    expect(buildEnd("app", new Error("x"), AbortSignal.abort(), never, cap)).toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/longer than 9 s/),
    });
    expect(buildEnd("app", new Error("aborted"), never, undefined, cap)).toMatchObject({ code: "unavailable" });
    expect(buildEnd("app", new EngineError(500, "no such image"), never, undefined, cap)).toMatchObject({ code: "not_found" });
  });

  it("lines are whole, of bounded length, and no more of them than anybody reads", () => {
    const said: string[] = [];
    const lines = buildLines((line) => said.push(line));
    lines.add("Step 1\nhalf ");
    lines.add("a line\n10 %\r50 %\r100 %\n\n");
    lines.add("x".repeat(4500));
    lines.end();
    expect(said).toEqual(["Step 1", "half a line", "100 %", "x".repeat(2000), "x".repeat(2000), "x".repeat(500)]);

    const endless: string[] = [];
    const many = buildLines((line) => endless.push(line));
    for (let i = 0; i < 30_000; i++) many.add(`line ${i}\n`);
    many.end();
    expect(endless).toHaveLength(20_002);
    expect(endless.slice(-2)).toEqual(["This build says too much: its further lines are left out.", "10000 lines were left out."]);
    expect(many.last().at(-1)).toBe("line 29999");
  });

  it("so many at once, in the order in which they came; who gives up waiting takes no place", async () => {
    const turns = buildTurns(1);
    const order: string[] = [];
    const first = Promise.withResolvers<void>();
    const waits = (name: string) => () => order.push(`${name} waits`);
    const act = (name: string, until?: Promise<void>) => async () => {
      order.push(name);
      await until;
    };
    const leaving = new AbortController();
    const all = [
      turns.take(never, waits("a"), act("a", first.promise)),
      turns.take(leaving.signal, waits("b"), act("b")),
      turns.take(never, waits("c"), act("c")),
    ];
    leaving.abort(new Error("left"));
    await expect(all[1]).rejects.toThrow("left");
    first.resolve();
    await Promise.all([all[0], all[2]]);
    await turns.take(never, waits("d"), act("d"));
    expect(order).toEqual(["a", "b waits", "c waits", "c", "d"]);
  });
});

describe("P6 what the engine says", () => {
  it.each([
    [
      500,
      "driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:20001 failed: port is already allocated",
      "conflict",
    ],
    [500, "Error starting userland proxy: listen tcp4 127.0.0.1:20001: bind: address already in use", "conflict"],
    [403, "Pool overlaps with other one on this address space", "conflict"],
    [404, "No such image: nope:1", "not_found"],
    [400, 'OCI runtime create failed: exec: "nope": executable file not found in $PATH: unknown', "invalid"],
    [500, "write /x: no space left on device", "unavailable"],
    [500, "something else", "internal"],
  ])("%i %s", (status, message, code) => {
    expect(toDriverError(new EngineError(status, message), "It could not be started")).toMatchObject({
      code,
      message: expect.stringMatching(/^It could not be started: /),
    });
  });

  it("an ended run has its code; a running one has none", () => {
    const State = {
      Status: "exited",
      Running: false,
      ExitCode: 137,
      OOMKilled: true,
      StartedAt: "2026-01-01T00:00:00Z",
      FinishedAt: "2026-01-01T00:00:01Z",
    };
    const facts = factsOf({ Id: "0123456789abcdef", State });
    expect(facts).toMatchObject({ state: "exited", exitCode: 137, oomKilled: true, runId: "0123456789ab@2026-01-01T00:00:00Z" });
    const again = factsOf({
      Id: "0123456789abcdef",
      State: { ...State, Status: "running", FinishedAt: "0001-01-01T00:00:00Z" },
    });
    expect(again).toMatchObject({ state: "running", exitCode: null, oomKilled: false, finishedAt: null });
  });

  it("figures leave out the cache, and CPU is the average since the last reading of the same run", () => {
    const stats = (read: string, total_usage: number) => ({
      read,
      cpu_stats: { cpu_usage: { total_usage } },
      memory_stats: { usage: 100, limit: 200, stats: { total_inactive_file: 30 } },
      pids_stats: { current: 3 },
    });
    const first = sampleOf(stats("2026-01-01T00:00:00Z", 1e9), null);
    expect(first.sample).toMatchObject({ cpuCores: null, memoryBytes: 70, memoryLimitBytes: 200, pids: 3 });
    expect(sampleOf(stats("2026-01-01T00:00:02Z", 2e9), first.cpu).sample.cpuCores).toBe(0.5);
    expect(sampleOf(stats("2026-01-01T00:00:02Z", 5e8), first.cpu).sample.cpuCores).toBeNull();
  });
});
