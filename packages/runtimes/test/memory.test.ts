import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";
import type { Runtime, UnitRun } from "@agentpod/core/runtime";
import { freePort } from "@agentpod/host/free-port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type MemoryOptions, memoryRuntime } from "../src/memory/driver.ts";
import { MemoryWorld } from "../src/memory/memory-world.ts";

let world: MemoryWorld;
let installation: string;
beforeEach(() => {
  world = new MemoryWorld();
  installation = randomUUID();
});
afterEach(() => world.reboot());

const noArtifact = async () => Promise.reject(new AppError("not_found", "there is no artifact"));
const open = (options: MemoryOptions = {}): Runtime =>
  memoryRuntime({ installation, stateDir: "/nowhere", openArtifact: noArtifact }, { world, ...options });

const runOf = (changes: Partial<UnitRun> = {}): UnitRun => {
  const pod = changes.id?.pod ?? randomUUID();
  return {
    id: { pod, unit: "web", revision: "0123456789ab" },
    scope: { pod, tenant: "acme", name: "web", subnet: null, uid: null, egress: "open" },
    hostname: "web",
    alias: "web",
    image: "hello:1",
    build: null,
    code: null,
    entrypoint: null,
    command: null,
    workdir: null,
    env: {},
    ports: [{ name: "http", container: 8080, host: 20_001 }],
    volumes: [],
    resources: { cpus: 1, memoryMb: 64, pids: 16 },
    user: null,
    capabilities: [],
    readOnlyRoot: false,
    tmpfs: [],
    stopGraceSeconds: 1,
    stopSignal: null,
    local: null,
    ...changes,
  };
};
const start = async (runtime: Runtime, run: UnitRun): Promise<void> => {
  await runtime.preparePod(run.scope);
  await runtime.ensure(run);
};
const states = async (runtime: Runtime): Promise<string[]> => (await runtime.observe(null)).units.map((unit) => unit.state);

describe("P6 memory runtime: a machine that can be broken", () => {
  it("does not answer while it is away; what runs goes on", async () => {
    const runtime = open();
    const run = runOf();
    await start(runtime, run);
    const watching = (async () => {
      for await (const wake of runtime.watch(new AbortController().signal)) if (wake.pod === null) world.lose();
    })();
    await expect(watching).rejects.toMatchObject({ code: "unavailable" });
    await expect(runtime.observe(null)).rejects.toMatchObject({ code: "unavailable" });
    await expect(runtime.remove(run.id, 0)).rejects.toMatchObject({ code: "unavailable" });
    world.restore();
    expect(await states(runtime)).toEqual(["running"]);
  });

  it("lets a test fail a call before its effect, and after it", async () => {
    const runtime = open();
    const run = runOf();
    await runtime.preparePod(run.scope);
    world.fault = ({ method, when }) => {
      if (method === "ensure" && when === "before") throw new AppError("unavailable", "no answer");
    };
    await expect(runtime.ensure(run)).rejects.toMatchObject({ code: "unavailable" });
    expect(await states(runtime)).toEqual([]);
    world.fault = ({ method, when }) => {
      if (method === "ensure" && when === "after") throw new AppError("unavailable", "no answer");
    };
    await expect(runtime.ensure(run)).rejects.toMatchObject({ code: "unavailable" });
    expect(await states(runtime)).toEqual(["running"]);
  });

  it("ends all runs on a reboot and keeps instances and volumes", async () => {
    const runtime = open();
    const pod = randomUUID();
    const volume = { pod, unit: "web", volume: "data" };
    const run = runOf({ id: { pod, unit: "web", revision: "0123456789ab" }, volumes: [{ id: volume, path: "/data" }] });
    await runtime.ensureVolume(volume, run.scope);
    await start(runtime, run);
    world.reboot();
    expect(await runtime.observe(null)).toMatchObject({ units: [{ state: "exited", exitCode: 137 }], pods: [pod], volumes: [volume] });
  });

  it("keeps volumes when the pod is removed", async () => {
    const runtime = open();
    const run = runOf();
    const volume = { pod: run.id.pod, unit: "web", volume: "data" };
    await runtime.preparePod(run.scope);
    await runtime.ensureVolume(volume, run.scope);
    await runtime.removePod(run.id.pod);
    expect(await runtime.observe(null)).toEqual({ units: [], pods: [], volumes: [volume] });
  });

  it("is the same machine for two drivers of one state directory", async () => {
    const stateDir = `/nowhere/${randomUUID()}`;
    const context = { installation, stateDir, openArtifact: noArtifact };
    const run = runOf();
    await start(memoryRuntime(context), run);
    const back = memoryRuntime(context);
    expect(await states(back)).toEqual(["running"]);
    expect(await states(memoryRuntime({ ...context, stateDir: "/nowhere/else" }))).toEqual([]);
    await back.remove(run.id, 1);
  });

  it("never gives a run an identity that a run of another world had", async () => {
    const runtimes = [open(), open({ world: new MemoryWorld() })];
    const run = runOf();
    for (const runtime of runtimes) await start(runtime, run);
    const [one, other] = await Promise.all(runtimes.map(async (runtime) => (await runtime.observe(null)).units[0]?.runId));
    expect(one).not.toBe(other);
  });

  it("needs a prepared pod and its volumes", async () => {
    const runtime = open();
    const run = runOf();
    await expect(runtime.ensure(run)).rejects.toMatchObject({ code: "unavailable" });
    const volumes = [{ id: { pod: run.id.pod, unit: "web", volume: "data" }, path: "/data" }];
    await runtime.preparePod(run.scope);
    await expect(runtime.ensure({ ...run, volumes })).rejects.toMatchObject({ code: "unavailable" });
    expect(await states(runtime)).toEqual([]);
  });
});

describe("P6 memory runtime: ports", () => {
  it("are really listened on when asked, and free again after the end", async () => {
    const runtime = open({ listen: true });
    const run = runOf({ ports: [{ name: "http", container: 8080, host: await freePort() }] });
    await start(runtime, run);
    const url = `http://127.0.0.1:${run.ports[0]?.host}/`;
    expect(await (await fetch(url)).text()).toBe("hello from acme/web\n");
    world.crash(run.id);
    await expect(fetch(url)).rejects.toThrow();
    await runtime.ensure(run);
    expect((await fetch(url)).status).toBe(200);
  });

  it("conflict with those of a program that is none of ours", async () => {
    const runtime = open({ listen: true });
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const address = stranger.address();
    const run = runOf({ ports: [{ name: "http", container: 8080, host: address && typeof address === "object" ? address.port : 0 }] });
    await expect(start(runtime, run)).rejects.toMatchObject({ code: "conflict" });
    expect(await states(runtime)).toEqual(["created"]);
    stranger.close();
    await runtime.ensure(run);
    expect(await states(runtime)).toEqual(["running"]);
  });

  it("conflict with each other also where they are nominal", async () => {
    const runtime = open();
    const first = runOf();
    await start(runtime, first);
    await expect(start(runtime, runOf())).rejects.toMatchObject({ code: "conflict" });
    world.strangersPorts.add(20_002);
    await expect(start(runtime, runOf({ ports: [{ name: "http", container: 80, host: 20_002 }] }))).rejects.toMatchObject({
      code: "conflict",
    });
    await runtime.remove(first.id, 1);
    await start(runtime, runOf());
  });
});

describe("P6 memory runtime: programs", () => {
  it("play a unit unless told otherwise: page, commands, TERM", async () => {
    const runtime = open();
    const run = runOf();
    await start(runtime, run);
    const session = await runtime.exec(run.id, { argv: ["pg_isready"], tty: null, env: {}, workdir: null });
    expect(await text(session.stdout)).toContain("pg_isready");
    expect(await session.exit).toBe(0);
    await runtime.stop(run.id, 10);
    expect(await runtime.observe(null)).toMatchObject({ units: [{ state: "exited", exitCode: 0 }] });
    await expect(runtime.exec(run.id, { argv: ["pg_isready"], tty: null, env: {}, workdir: null })).rejects.toMatchObject({
      code: "conflict",
    });
  });

  it("that throw end with 1 and say why in their log; the control plane lives on", async () => {
    const runtime = open({
      programs: {
        "*": () => {
          throw new Error("no configuration");
        },
      },
    });
    const run = runOf();
    await start(runtime, run);
    expect(await runtime.observe(null)).toMatchObject({ units: [{ state: "exited", exitCode: 1 }] });
    const lines = await Array.fromAsync(
      runtime.logs(run.id, { follow: false, tail: null, since: null, signal: new AbortController().signal }),
    );
    expect(lines[0]?.text).toContain("no configuration");
  });

  it("cannot write to a read-only root, and can to a volume and to memory", async () => {
    const outcome: Record<string, string> = {};
    const runtime = open({
      programs: {
        "*": ({ files }) => {
          for (const path of ["/etc/x", "/data/x", "/tmp/x"]) {
            try {
              files.write(path, "x");
              outcome[path] = files.read(path) ?? "";
            } catch (error) {
              outcome[path] = (error as AppError).code;
            }
          }
          return {};
        },
      },
    });
    const run = runOf({ readOnlyRoot: true, tmpfs: [{ path: "/tmp", sizeMb: 1 }] });
    const volume = { pod: run.id.pod, unit: "web", volume: "data" };
    await runtime.ensureVolume(volume, run.scope);
    await start(runtime, { ...run, volumes: [{ id: volume, path: "/data" }] });
    expect(outcome).toEqual({ "/etc/x": "invalid", "/data/x": "x", "/tmp/x": "x" });
  });
});

describe("P6 memory runtime: ten thousand pods", () => {
  it("hands out what it has without a copy", async () => {
    const runtime = open();
    for (let n = 0; n < 10_000; n++) await start(runtime, runOf({ ports: [{ name: "http", container: 8080, host: 30_000 + n }] }));
    const first = await runtime.observe(null);
    const second = await runtime.observe(null);
    expect(first.units).toHaveLength(10_000);
    expect(first.units.every((unit, at) => unit === second.units[at])).toBe(true);
    const one = first.units[5_000];
    expect((await runtime.observe([one?.id.pod ?? ""])).units).toEqual([one]);
  });
});

describe("P16 memory runtime: images that it has built", () => {
  const artifact = `sha256:${"ab".repeat(32)}`;

  it("are told of, stay while something is made from them, and go with their pod", async () => {
    const openArtifact = async () => Readable.from(["a tar"]);
    const runtime = memoryRuntime({ installation, stateDir: "/nowhere", openArtifact }, { world });
    const run = runOf({ image: null, build: { artifact, dockerfile: "Dockerfile", args: {}, target: null } });
    await runtime.prepareImage(run, () => undefined);
    await start(runtime, run);
    const [image] = (await runtime.stored([])).images;
    expect(image).toMatchObject({ pod: run.id.pod, builtFrom: "abababababab", isUsed: true });
    expect(await runtime.removeImage(image?.id ?? "")).toBe(false);
    await runtime.remove(run.id, 0);
    expect(await runtime.removeImage(image?.id ?? "")).toBe(true);
    expect((await runtime.stored([])).images).toEqual([]);
    await runtime.prepareImage(run, () => undefined);
    expect(world.contents(installation)).toContain(`image ${image?.id}`);
    await runtime.removePod(run.id.pod);
    expect(world.contents(installation)).toEqual([]);
  });
});
