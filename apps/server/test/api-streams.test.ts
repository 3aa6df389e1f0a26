import type { Client } from "@agentpod/client/create-client";
import type { PodLogLine } from "@agentpod/core/api/pod-view";
import type { AccessLogLine } from "@agentpod/core/route-table";
import type { MemoryProgram, MemoryUnit } from "@agentpod/runtimes/memory/memory-program";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";

const units: MemoryUnit[] = [];

/** Prints when told, and runs a few commands. */
const program: MemoryProgram = (unit) => {
  units.push(unit);
  unit.print("stdout", `run ${units.length}\n`);
  return {
    term: () => unit.exit(0),
    async exec({ argv, env, stdin, stdout, stderr, size, onResize, exit }) {
      if (argv[0] === "cat") {
        for await (const chunk of stdin) stdout.write(chunk);
        exit(0);
      } else if (argv[0] === "fail") {
        stderr.write("it failed\n");
        exit(7);
      } else if (argv[0] === "size") {
        stdout.write(`${size()?.cols}x${size()?.rows} ${env.TERM}\n`);
        onResize(() => {
          stdout.write(`${size()?.cols}x${size()?.rows}\n`);
          exit(0);
        });
      } else {
        stdout.write(Buffer.alloc(3_000_000, "x"));
        exit(0);
      }
    },
  };
};

const accessLog: AccessLogLine[] = [1, 2, 3].map((n) => ({
  at: `2026-01-0${n}T00:00:00Z`,
  route: null,
  host: "web-acme.localhost",
  method: "GET",
  path: `/${n}`,
  status: 200,
  bytesIn: 0,
  bytesOut: 1,
  milliseconds: 1,
  client: "127.0.0.1",
  upstream: null,
  error: null,
}));

let rig: ApiRig;
let admin: Client;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"), { program, accessLog });
  admin = rig.admin;
  await admin.tenants.create({ name: "acme" });
  const stop = new AbortController();
  const opened = Promise.withResolvers<void>();
  const runs = (async () => {
    for await (const _ of admin.events.watch({ tenant: "acme", signal: stop.signal, onOpen: opened.resolve })) {
      if ((await admin.pods.get("acme", "web")).units[0]?.state === "running") stop.abort();
    }
  })();
  await opened.promise;
  const spec = webSpec();
  await admin.pods.create("acme", { name: "web", spec });
  await runs;
});
afterAll(() => rig.close());

async function exec(argv: string[], tty: { cols: number; rows: number } | null = null) {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const onOutput: { change: () => void } = { change: () => undefined };
  const connection = await admin.pods.exec(
    "acme",
    "web",
    null,
    { argv, tty, env: { TERM: "xterm" } },
    {
      onStdout: (chunk) => {
        out.push(chunk);
        onOutput.change();
      },
      onStderr: (chunk) => void err.push(chunk),
    },
  );
  return {
    connection,
    stdout: () => Buffer.concat(out).toString(),
    stderr: () => Buffer.concat(err).toString(),
    /** Resolves with the next output. */
    output: () =>
      new Promise<void>((resolve) => {
        if (out.length > 0) resolve();
        onOutput.change = resolve;
      }),
  };
}

describe("P3 exec over a WebSocket", () => {
  it("hands on input, output and the end of input", async () => {
    const { connection, stdout } = await exec(["cat"]);
    await connection.write(Buffer.from("bytes: \0\xff", "latin1"));
    await connection.write(Buffer.from(" and more"));
    connection.closeInput();
    expect(await connection.exit).toBe(0);
    expect(Buffer.from(stdout())).toEqual(Buffer.from(Buffer.from("bytes: \0\xff and more", "latin1").toString()));
  });

  it("keeps stderr apart and gives the exit code", async () => {
    const { connection, stdout, stderr } = await exec(["fail"]);
    expect(await connection.exit).toBe(7);
    expect([stdout(), stderr()]).toEqual(["", "it failed\n"]);
  });

  it("has a terminal that changes its size", async () => {
    const { connection, stdout, output } = await exec(["size"], { cols: 100, rows: 30 });
    await output();
    connection.resize(120, 40);
    expect(await connection.exit).toBe(0);
    expect(stdout()).toBe("100x30 xterm\n120x40\n");
  });

  it("carries large output whole", async () => {
    const { connection, stdout } = await exec(["big"]);
    expect(await connection.exit).toBe(0);
    expect(stdout().length).toBe(3_000_000);
  });

  it("says why it is refused", async () => {
    const start = { argv: ["cat"], tty: null };
    const none = { onStdout: () => undefined, onStderr: () => undefined };
    await expect(admin.pods.exec("acme", "web", "apq", start, none)).rejects.toMatchObject({
      code: "not_found",
      issues: [{ path: "unit", nearest: "app" }],
    });
    const empty = await admin.pods.exec("acme", "web", null, { argv: [], tty: null }, none);
    await expect(empty.exit).rejects.toMatchObject({ code: "invalid" });
  });

  it("is written down without its arguments", async () => {
    const { connection } = await exec(["fail", "--password", "hunter2"]);
    await connection.exit;
    const [event] = (await admin.events.list({ tenant: "acme", pod: "web" })).filter((entry) => entry.type === "pod.exec");
    expect(event).toMatchObject({ result: "ok", data: { unit: "app" } });
    expect(JSON.stringify(event)).not.toContain("hunter2");
  });
});

describe("P13 logs as NDJSON", () => {
  const all = async (query: Parameters<Client["pods"]["logs"]>[2]) => {
    const lines: PodLogLine[] = [];
    for await (const line of admin.pods.logs("acme", "web", query)) lines.push(line);
    return lines;
  };

  it("gives lines with unit and stream, and the last of them", async () => {
    units[0]?.print("stderr", "careful\n");
    expect(await all({})).toMatchObject([
      { unit: "app", stream: "stdout", text: "run 1" },
      { unit: "app", stream: "stderr", text: "careful" },
    ]);
    expect(await all({ tail: 1 })).toMatchObject([{ text: "careful" }]);
    await expect(all({ unit: "db" })).rejects.toMatchObject({ code: "not_found" });
  });

  it("follows a pod through a restart, and ends with the reader", async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const line of admin.pods.logs("acme", "web", { follow: true, tail: 1 }, stop.signal)) {
      seen.push(line.text);
      if (line.text === "careful") units[0]?.print("stdout", "live\n");
      if (line.text === "live") await admin.pods.restart("acme", "web");
      if (line.text === "run 2") stop.abort();
    }
    expect(seen).toEqual(["careful", "live", "run 2"]);
  });

  it("gives the gateway's access log", async () => {
    const lines: AccessLogLine[] = [];
    for await (const line of admin.accessLog({ tail: 2 })) lines.push(line);
    expect(lines).toEqual(accessLog.slice(-2));
  });
});
