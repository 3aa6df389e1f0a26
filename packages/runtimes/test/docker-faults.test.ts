import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { rootCertificates } from "node:tls";
import type { UnitRun } from "@agentpod/core/runtime";
import { pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answers, type Bench, find, lines, makeBench, observed, reaches } from "../src/conformance/bench.ts";
import { containerBody } from "../src/docker/body.ts";
import { dockerRuntime } from "../src/docker/driver.ts";
import { type Engine, engineAt } from "../src/docker/engine.ts";
import { containerName, networkName } from "../src/docker/names.ts";
import { runIn } from "./docker-bench.ts";
import { dockerRig, engineForTests, firewallRulesOf, freeSubnet } from "./docker-rig.ts";

const found = await engineForTests();

describe.skipIf(!found)("P5 P6 faults and corners of docker (skipped where no engine answers)", { timeout: 60_000 }, () => {
  let bench: Bench;
  let engine: Engine;
  const artifacts = new Map<string, Buffer>();

  const artifact = async (files: Record<string, string>) => {
    const tar = pack();
    for (const [name, body] of Object.entries(files)) tar.entry({ name, mode: 0o644 }, body);
    tar.finalize();
    const bytes = await buffer(Readable.from(tar));
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    artifacts.set(digest, bytes);
    return digest;
  };
  const prepare = async (run: UnitRun) => {
    await bench.runtime.preparePod(run.scope);
    await bench.runtime.prepareImage(run, () => {});
  };
  const nameOf = (run: UnitRun) => containerName(bench.installation, run.scope, run.id);

  beforeAll(async () => {
    if (!found) return;
    engine = engineAt(found.address);
    const rig = await dockerRig(found.address);
    bench = await makeBench({
      ...rig,
      open: (context) =>
        rig.open({
          ...context,
          openArtifact: async (digest) => (artifacts.has(digest) ? Readable.from([artifacts.get(digest)]) : context.openArtifact(digest)),
        }),
    });
  }, 60_000);

  afterAll(async () => {
    await bench.clear();
    const left = await bench.rig.leftovers(bench.installation);
    await bench.rig.close();
    expect(left).toEqual([]);
  }, 60_000);

  it("a container that was created and never started is filled and started", async () => {
    const run = await bench.run();
    await prepare(run);
    // What a control plane leaves that dies between its two calls.
    const body = containerBody(run, {
      installation: bench.installation,
      publish: true,
      image: run.image ?? "",
      env: {},
      filled: ["/app"],
      cores: null,
    });
    await engine.call("POST", "/containers/create", { query: { name: nameOf(run) }, body });
    expect(await observed(bench.runtime, run.id)).toMatchObject({ state: "created", startedAt: null, exitCode: null, endpoints: {} });
    await bench.runtime.ensure(run);
    await answers(bench, run.id);
  });

  it("a host port in use is a conflict, and another port replaces the half-made container", async () => {
    const run = await bench.run();
    const stranger = createServer();
    await once(stranger.listen(run.ports[0]?.host, "127.0.0.1"), "listening");
    await prepare(run);
    await expect(bench.runtime.ensure(run)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining(String(run.ports[0]?.host)),
    });
    expect((await find(bench.runtime, run.id))?.state).not.toBe("running");
    const free = await bench.run();
    await bench.runtime.ensure({ ...run, ports: free.ports });
    await answers(bench, run.id);
    expect((await observed(bench.runtime, run.id)).endpoints.http).toMatchObject({ port: free.ports[0]?.host });
    stranger.close();
  });

  it("an image that cannot be had says so, before and at the start", async () => {
    const run = { ...(await bench.run()), image: "agentpod.invalid/nothing/here:1" };
    await bench.runtime.preparePod(run.scope);
    await expect(bench.runtime.prepareImage(run, () => {})).rejects.toMatchObject({
      code: expect.stringMatching(/^(not_found|unavailable)$/),
      message: expect.stringContaining("agentpod.invalid/nothing/here:1"),
    });
    // What was there a moment ago is had again by preparing it again.
    await expect(bench.runtime.ensure(run)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/pulled or built again/),
    });
    await expect(bench.runtime.prepareImage({ ...run, image: null }, () => {})).rejects.toMatchObject({ code: "invalid" });
  });

  it("a program that is not in the image ends at once, and the log says so", async () => {
    const run = await bench.run({ entrypoint: ["no-such-program"], command: [], code: null });
    await prepare(run);
    await bench.runtime.ensure(run);
    expect((await reaches(bench.runtime, run.id, "exited")).exitCode).toBe(found?.podman ? 1 : 127);
    expect((await lines(bench.runtime, run.id)).map((line) => line.text).join()).toMatch(/no-such-program|failed to exec/);
  });

  it("a user that is not in the image is the user's to mend", async () => {
    const run = await bench.run({ user: "nobody-here", code: null });
    await prepare(run);
    await expect(bench.runtime.ensure(run)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("nobody-here") });
  });

  it("an engine that is away is unavailable, whatever is asked", async () => {
    const run = await bench.run();
    const folder = await mkdtemp(join(tmpdir(), "agentpod-away-"));
    const away = await dockerRuntime({
      installation: randomUUID(),
      stateDir: folder,
      openArtifact: () => Promise.reject(new Error("no artifact")),
      engine: { kind: "unix", path: join(folder, "no.sock") },
    });
    const unavailable = { code: "unavailable", message: expect.stringContaining("no.sock") };
    await expect(away.info()).rejects.toMatchObject(unavailable);
    await expect(away.observe(null)).rejects.toMatchObject(unavailable);
    await expect(away.preparePod(run.scope)).rejects.toMatchObject(unavailable);
    await expect(away.ensure(run)).rejects.toMatchObject(unavailable);
    await expect(away.remove(run.id, 0)).rejects.toMatchObject(unavailable);
    const watched = away.watch(new AbortController().signal)[Symbol.asyncIterator]();
    await expect(watched.next()).rejects.toMatchObject(unavailable);
    await rm(folder, { recursive: true });
  });

  it("a network removed by hand is made again, and its units start on it", async ({ skip }) => {
    skip(found?.podman === true, "Podman lets nobody remove a network that has containers");
    const run = await bench.run();
    await bench.start(run);
    await bench.runtime.stop(run.id, 0);
    await engine.call("DELETE", `/networks/${networkName(bench.installation, run.scope)}`);
    expect((await bench.runtime.observe([run.id.pod])).pods).toEqual([]);
    await bench.runtime.ensure(run);
    await answers(bench, run.id);
  });

  it("one that was cut off from its network has it again once it is started anew", async () => {
    const run = await bench.run();
    await bench.start(run);
    await engine.call("POST", `/networks/${networkName(bench.installation, run.scope)}/disconnect`, {
      body: { Container: nameOf(run), Force: true },
    });
    await bench.runtime.stop(run.id, 1);
    await reaches(bench.runtime, run.id, "exited");
    await bench.start(run);
  });

  it("a subnet that another network has is a conflict; a pod's changed egress makes its network anew", async () => {
    const run = await bench.run();
    const second = await bench.run();
    await bench.runtime.preparePod(run.scope);
    await expect(bench.runtime.preparePod({ ...second.scope, subnet: run.scope.subnet })).rejects.toMatchObject({ code: "conflict" });
    await bench.runtime.preparePod({ ...run.scope, subnet: freeSubnet(), egress: "none" });
    const { Internal } = await engine.call<{ Internal: boolean }>("GET", `/networks/${networkName(bench.installation, run.scope)}`);
    expect(Internal).toBe(true);
  });

  it("a stranger's container under the name is left alone", async () => {
    const run = await bench.run();
    await prepare(run);
    const name = nameOf(run);
    await engine.call("POST", "/containers/create", { query: { name }, body: { Image: "debian:bookworm-slim", Cmd: ["true"] } });
    await expect(bench.runtime.ensure(run)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining(name) });
    await bench.runtime.remove(run.id, 0);
    await engine.call("DELETE", `/containers/${name}`);
  });

  it("code lies below any path, owned by the image's own user, beside folders that keep their modes", async () => {
    const digest = await artifact({ "main.js": "process.stdin.resume(); setInterval(() => {}, 1e6)", "lib/x.txt": "x" });
    const run = await bench.run({
      code: { artifact: digest, path: "/tmp/deep/app" },
      command: ["node", "/tmp/deep/app/main.js"],
      user: "node",
      ports: [],
    });
    await prepare(run);
    await bench.runtime.ensure(run);
    const { out } = await runIn(bench.runtime, run.id, [
      "stat",
      "-c",
      "%U:%G %a %n",
      "/tmp",
      "/tmp/deep",
      "/tmp/deep/app",
      "/tmp/deep/app/lib/x.txt",
    ]);
    expect(out.trim().split("\n")).toEqual([
      "root:root 1777 /tmp",
      "node:node 755 /tmp/deep",
      "node:node 755 /tmp/deep/app",
      "node:node 644 /tmp/deep/app/lib/x.txt",
    ]);
  });

  it("code and a read-only root go together; nothing else can be written to but volumes and tmpfs", async () => {
    const volume = { unit: "web", volume: "data" };
    const base = await bench.run({ readOnlyRoot: true, user: "1000", tmpfs: [{ path: "/scratch", sizeMb: 8 }] });
    const run = { ...base, volumes: [{ id: { pod: base.id.pod, ...volume }, path: "/data" }] };
    await bench.start(run);
    const write = (path: string) => runIn(bench.runtime, run.id, ["node", "-e", "require('fs').writeFileSync(process.argv[1], 'x')", path]);
    expect((await write("/home/node/x")).out).toContain("EROFS");
    expect((await write("/scratch/x")).code).toBe(0);
    const tar = pack();
    tar.entry({ name: "x" }, "x");
    tar.finalize();
    await expect(bench.runtime.writeFiles(run.id, "/home/node", Readable.from(tar))).rejects.toMatchObject({ code: "invalid" });
    const { Mounts } = await engine.call<{ Mounts: { Type: string; Name: string }[] }>(
      "GET",
      `/containers/${containerName(bench.installation, run.scope, run.id)}/json`,
    );
    const own = Mounts.filter(({ Type, Name }) => Type === "volume" && /^[0-9a-f]{64}$/.test(Name));
    expect(own).toHaveLength(1);
    await bench.runtime.remove(run.id, 0);
    await bench.runtime.removeVolume({ pod: base.id.pod, ...volume });
    // The volume that held the code goes with the container.
    await expect(engine.call("GET", `/volumes/${own[0]?.Name}`)).rejects.toThrow(/no such volume/i);
  });

  it("a Dockerfile is built once, capped, and its image goes with the pod", async () => {
    const digest = await artifact({
      Dockerfile: 'FROM debian:bookworm-slim\nARG GREETING\nRUN echo $GREETING > /greeting\nCMD ["sleep", "1000"]\n',
    });
    const build = { artifact: digest, dockerfile: "Dockerfile", args: { GREETING: "built" }, target: null };
    const run = { ...(await bench.run({ code: null, ports: [] })), image: null, command: null, build };
    const said: string[] = [];
    await bench.runtime.prepareImage(run, (line) => said.push(line));
    expect(said.some((line) => line.includes("RUN echo $GREETING"))).toBe(true);
    const again: string[] = [];
    await bench.runtime.prepareImage(run, (line) => again.push(line));
    expect(again).toEqual([]);
    await bench.runtime.ensure(run);
    expect(await runIn(bench.runtime, run.id, ["cat", "/greeting"])).toEqual({ code: 0, out: "built\n" });
    await bench.runtime.remove(run.id, 0);
    await bench.runtime.removePod(run.id.pod);
    expect(await bench.rig.leftovers(bench.installation)).not.toContainEqual(expect.stringMatching(/^image/));
  });

  it("a build that fails tells the step", async () => {
    const digest = await artifact({ Dockerfile: "FROM debian:bookworm-slim\nRUN echo so far && exit 3\n" });
    const build = { artifact: digest, dockerfile: "Dockerfile", args: {}, target: null };
    const run = { ...(await bench.run()), image: null, build };
    await expect(bench.runtime.prepareImage(run, () => {})).rejects.toMatchObject({
      code: "invalid",
      message: expect.stringMatching(/exit 3[\s\S]*so far/),
    });
    await expect(bench.runtime.prepareImage({ ...run, build: { ...build, dockerfile: "Other" } }, () => {})).rejects.toMatchObject({
      code: "invalid",
    });
  });

  it("an extra CA is trusted by pods and builds, with a read-only root too", async () => {
    if (!found) return;
    const folder = await mkdtemp(join(tmpdir(), "agentpod-ca-"));
    const extraCa = join(folder, "ca.pem");
    await writeFile(extraCa, `# the company's\n${rootCertificates[0]}\n`);
    const rig = await dockerRig(found.address, { extraCa });
    const trusting = await makeBench(rig);
    const run = await trusting.run({ readOnlyRoot: true });
    await trusting.start(run);
    expect(await trusting.get(run.id, "/env?name=NODE_EXTRA_CA_CERTS")).toBe("/etc/agentpod/extra-ca.pem");
    expect((await trusting.get(run.id, "/read?path=/etc/agentpod/extra-ca.pem")).includes("# the company's")).toBe(true);
    await trusting.clear();
    await rig.close();
    await rm(folder, { recursive: true });
  });

  it("the firewall goes with the last pod and comes with the next", async () => {
    if (!found || found.podman || process.getuid?.() !== 0) return;
    const rig = await dockerRig(found.address);
    const alone = await makeBench(rig);
    const [one, two] = [await alone.run(), await alone.run()];
    await Promise.all([alone.runtime.preparePod(one.scope), alone.runtime.preparePod(two.scope)]);
    const rules = firewallRulesOf(alone.installation);
    expect(rules.filter((rule) => rule.startsWith("-A INPUT") || rule.startsWith("-A DOCKER-USER"))).toHaveLength(3);
    await alone.runtime.removePod(one.id.pod);
    expect(firewallRulesOf(alone.installation)).toEqual(rules);
    await alone.runtime.removePod(two.id.pod);
    expect(firewallRulesOf(alone.installation)).toEqual([]);
    await alone.runtime.preparePod(one.scope);
    expect(firewallRulesOf(alone.installation)).toEqual(rules);
    await alone.clear();
    await rig.close();
  });
});
