import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { roles } from "@agentpod/core/permission";
import type { UnitStatus } from "@agentpod/core/status";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { PodUsage } from "../src/metrics/pod-usage.ts";
import { readContainer } from "../src/metrics/read-container.ts";
import { readMachine, readProcesses } from "../src/metrics/read-machine.ts";
import { startSampler } from "../src/metrics/sampler.ts";
import { type ApiRig, apiRig, request, webSpec } from "./api-rig.ts";

describe("P12 what is measured", () => {
  it("a process that computes uses CPU; a container that is not there is not read", async () => {
    const child = spawn(process.execPath, ["-e", "const b = Buffer.alloc(64e6, 1); console.log(b.length); for (;;);"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      await once(child.stdout, "data");
      const pid = child.pid as number;
      const before = readProcesses([pid]);
      expect(before.memoryBytes).toBeGreaterThan(64e6);
      const deadline = Date.now() + 20_000;
      while (readProcesses([pid]).cpuSeconds < before.cpuSeconds + 0.2 && Date.now() < deadline) await delay(20);
      expect(readProcesses([pid]).cpuSeconds).toBeGreaterThanOrEqual(before.cpuSeconds + 0.2);
      expect(readContainer("f".repeat(64))).toBeNull();
      expect(readProcesses([process.pid]).cpuSeconds).toBeGreaterThan(0);
      // Of a parent the children count.
      expect(readProcesses([process.pid]).memoryBytes).toBeGreaterThan(before.memoryBytes);
    } finally {
      child.kill("SIGKILL");
      await once(child, "close");
    }
    expect(readProcesses([child.pid as number])).toEqual({ cpuSeconds: 0, memoryBytes: 0 });
  });

  it("the machine has memory, a disk and a network", async () => {
    const machine = await readMachine("/");
    expect(machine.counters.cpuSeconds).toBeGreaterThan(1);
    expect(machine.memoryBytes).toBeGreaterThan(1e7);
    expect(machine.memoryTotalBytes).toBeGreaterThan(machine.memoryBytes ?? 0);
    expect(machine.diskTotalBytes).toBeGreaterThan(machine.diskUsedBytes);
    expect(machine.counters.networkIn).not.toBeNull();
  });

  it("units that cannot be read here are asked of the runtime, all of their pod", async () => {
    const unit = (name: string): UnitStatus => ({
      name,
      revision: "1",
      state: "running",
      health: "none",
      message: null,
      containerId: "f".repeat(64),
      pid: process.pid,
      runId: name,
      startedAt: null,
      exitCode: null,
      restarts: 0,
    });
    const asked: unknown[] = [];
    const stats = async (pods: readonly string[] | null) => {
      asked.push(pods);
      return ["a", "b"].map((name) => ({
        id: { pod: "p", unit: name, revision: "1" },
        at: "",
        cpuCores: name === "a" ? 0.5 : null,
        memoryBytes: 10,
        memoryLimitBytes: 20,
        pids: 1,
      }));
    };
    const pods = [{ id: "p", status: { units: [unit("a"), unit("b")] } }] as never;
    const usage = await new PodUsage().read(pods, { stats }, 0);
    expect(asked).toEqual([["p"]]);
    expect(usage.get("p")).toMatchObject({ cpuCores: null, memoryBytes: 20, memoryLimitBytes: 40, networkInBytes: null });
  });
});

describe("P12 the API of metrics", () => {
  let rig: ApiRig;
  let now = new Date("2026-05-05T10:00:07Z");
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
  };
  beforeAll(async () => {
    rig = await apiRig(inject("serverUrl"), { deps: { clock: () => now } });
    for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
    await rig.admin.pods.create("acme", { name: "web", spec: webSpec() });
    const deadline = Date.now() + 20_000;
    while ((await rig.admin.pods.get("acme", "web")).phase !== "running" && Date.now() < deadline) await delay(20);
    const { database, runtime, gateway, log } = rig.deps;
    const sampler = startSampler({ database, runtime, gateway, home: "/", ownPids: async () => [process.pid], clock: () => now, log });
    for (let i = 0; i < 9; i++) {
      await sampler.sample();
      pass(15);
    }
    await sampler.stop();
  });
  afterAll(() => rig.close());

  const ask = (token: string, path: string) => request(rig, token, "GET", path);

  it("gives a pod's figures in steps of the range, to its tenant alone", async () => {
    const viewer = await rig.token("acme", roles.viewer);
    const hour = (await ask(viewer, "/tenants/acme/pods/web/metrics?range=1h")).body;
    expect(hour).toMatchObject({ range: "1h", stepSeconds: 15 });
    expect(hour.points).toHaveLength(9);
    expect(hour.points[0]).toMatchObject({ at: "2026-05-05T10:00:00.000Z", memoryBytes: expect.any(Number), connections: 0 });
    const day = (await ask(viewer, "/tenants/acme/pods/web/metrics?range=24h")).body;
    expect(day.points.map((p: { at: string }) => p.at)).toEqual(["2026-05-05T10:00:00.000Z", "2026-05-05T10:01:00.000Z"]);
    expect((await ask(await rig.token("bolts", roles.viewer), "/tenants/acme/pods/web/metrics")).status).toBe(404);
    expect((await ask(viewer, "/tenants/acme/pods/web/metrics?range=2y")).status).toBe(400);
    expect((await ask(viewer, "/platform/metrics")).status).toBe(403);
  });

  it("gives what the machine and AgentPod itself use", async () => {
    const { machine, agentpod } = (await ask(rig.adminToken, "/platform/metrics")).body;
    expect(machine.points.at(-1)).toMatchObject({
      memoryBytes: expect.any(Number),
      diskTotalBytes: expect.any(Number),
      cpuCores: expect.any(Number),
    });
    expect(agentpod.points.at(-1)).toMatchObject({ cpuCores: expect.any(Number), memoryBytes: expect.any(Number) });
    expect(agentpod.points[0].cpuCores).toBeNull();
  });

  it("is read by Prometheus with a token that can do nothing else", async () => {
    pass(-15);
    const token = await rig.token(null, ["platform.read"]);
    const response = await fetch(`${rig.url}/api/v1/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    expect(text).toMatch(/^agentpod_pod_memory_bytes\{tenant="acme",pod="web"\} \d+/m);
    expect(text).toContain('agentpod_pod_phase{tenant="acme",pod="web",phase="running"} 1');
    expect(text).toMatch(/^agentpod_machine_disk_total_bytes \d+/m);
    expect(text).toMatch(/^agentpod_own_memory_bytes \d+/m);
    for (const line of text.trim().split("\n"))
      expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [\d.e+-]+)$/);
    expect((await ask(await rig.token("acme", roles.owner), "/metrics")).status).toBe(403);
  });
});
