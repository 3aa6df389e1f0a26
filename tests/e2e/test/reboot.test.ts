import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { docker, engineAnswers, engineObjects } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { instancesOf } from "../src/instances.ts";
import { keptPod } from "../src/kept-pod.ts";
import { podProcesses, processTraces } from "../src/traces.ts";

const wait = { timeout: 60_000, interval: 100 };
const inOrder = { concurrent: false };
const runtimes = [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
];

for (const { runtime, isHere } of runtimes)
  describe(`P5 A5 the machine reboots, with pods on ${runtime}`, { concurrent: true, skip: !isHere }, () => reboots(runtime));

function reboots(runtime: "process" | "docker"): void {
  const name = `r${process.pid.toString(36)}${runtime[0]}`;
  let plane: Installation;
  let before: PodView;
  let mark: string;

  beforeAll(async () => {
    plane = await makeInstallation(runtime);
    await plane.start();
    await plane.cli("tenant", "create", "acme");
    const spec = await plane.specFile(keptPod(name));
    expect(await plane.cli("pod", "create", `acme/${name}`, "--spec", spec, "--wait")).toMatchObject({ code: 0 });
    expect(await plane.cli("pod", "create", "acme/rests", "--template", "hello", "--wait")).toMatchObject({ code: 0 });
    expect(await plane.cli("pod", "stop", "acme/rests", "--wait")).toMatchObject({ code: 0 });
    before = await plane.json("pod", "status", `acme/${name}`);
    mark = JSON.parse((await plane.get(`${name}-acme.localhost`)).body).mark;
  });
  afterAll(async () => {
    await plane?.destroy();
  });
  const left = (): string[] => (runtime === "docker" ? engineObjects(plane.id()) : processTraces(plane.home, plane.uids));

  it("one start brings everything back: same pods, same addresses, same data", inOrder, async () => {
    // The supervisor first, or it would start the others again.
    for (const one of ["supervisor", "server", "gateway", "postgres"] as const) plane.kill(one);
    if (runtime === "docker") docker("kill", ...before.units.map((unit) => unit.containerId ?? ""));
    else for (const pid of podProcesses(plane.uids)) process.kill(pid, "SIGKILL");
    await vi.waitFor(() => {
      expect(instancesOf(runtime, before).filter((line) => line.endsWith("running"))).toEqual([]);
    }, wait);

    await plane.start();
    await vi.waitFor(async () => {
      const now = await plane.json<PodView>("pod", "status", `acme/${name}`);
      expect(now).toMatchObject({ id: before.id, phase: "running", addresses: before.addresses, generation: before.generation });
      expect(now.units.map((unit) => unit.restarts)).toEqual([1, 1]);
    }, wait);
    expect(instancesOf(runtime, before)).toEqual(["keeper running", "web running"]);
    await vi.waitFor(async () => {
      const answer = await plane.get(`${name}-acme.localhost`);
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.body)).toMatchObject({ mark });
    }, wait);
  });

  it("what was stopped stays stopped", inOrder, async () => {
    expect(await plane.json("pod", "status", "acme/rests")).toMatchObject({ phase: "stopped", desired: "stopped" });
    expect(await plane.get("rests-acme.localhost")).toMatchObject({ status: 503 });
  });

  it("and nothing is left when all is deleted", inOrder, async () => {
    expect(await plane.cli("tenant", "delete", "acme", "--force", "--yes")).toMatchObject({ code: 0 });
    await vi.waitFor(() => expect(left()).toEqual([]), wait);
  });
}
