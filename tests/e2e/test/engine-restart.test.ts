import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { keptPod } from "../src/kept-pod.ts";
import { canStartEngine, copyImage, makePrivateEngine, type PrivateEngine } from "../src/private-engine.ts";
import { podProcesses } from "../src/traces.ts";

const wait = { timeout: 60_000, interval: 100 };

describe.skipIf(!engineAnswers() || !canStartEngine())("P5 A5 P6 the container engine dies and comes back", () => {
  const name = `e${process.pid.toString(36)}`;
  let engine: PrivateEngine;
  let plane: Installation;
  let before: PodView;
  let mark: string;

  beforeAll(async () => {
    engine = await makePrivateEngine();
    await engine.start();
    await copyImage("node:24-bookworm-slim", engine);
    // Nothing is said of the runtime: it is found, and kept.
    plane = await makeInstallation("docker", { AGENTPOD_RUNTIME: "auto", DOCKER_HOST: engine.host });
    await plane.start();
    await plane.cli("tenant", "create", "acme");
    // One unit: an engine without rules of its own lets containers of one network not reach each other everywhere.
    const [keeper] = keptPod(name).units;
    const spec = await plane.specFile({ units: [keeper], routes: [{ unit: "keeper", port: "http" }] });
    expect(await plane.cli("pod", "create", `acme/${name}`, "--spec", spec, "--wait")).toMatchObject({ code: 0 });
    before = await status();
    mark = (await shown()).mark;
  });
  afterAll(async () => {
    await plane?.destroy();
    await engine?.destroy();
  });

  const status = () => plane.json<PodView>("pod", "status", `acme/${name}`);
  const shown = async () => {
    const answer = await plane.get(`${name}-acme.localhost`);
    expect(answer.status).toBe(200);
    return JSON.parse(answer.body) as { mark: string };
  };

  it("while it is away, the status says so", async () => {
    engine.kill();
    await vi.waitFor(async () => {
      expect(await status()).toMatchObject({
        phase: "unknown",
        conditions: expect.arrayContaining([expect.objectContaining({ type: "RuntimeAnswers", status: "false", fault: "system" })]),
      });
    }, wait);
    expect((await plane.cli("pod", "list")).stdout).toContain("unknown");
    expect(await plane.cli("health")).toMatchObject({ stdout: expect.stringContaining("does not answer") });
  });

  it("a server that starts in the meantime serves, says so, and makes the pods nowhere else", async () => {
    const killed = plane.pid("server");
    plane.kill("server");
    await vi.waitFor(() => expect(plane.pid("server")).not.toBe(killed), wait);
    await vi.waitFor(async () => expect(await status()).toMatchObject({ phase: "unknown", units: before.units }), wait);
    expect((await plane.cli("doctor")).stdout).toMatch(/failed +runtime/);
    expect(podProcesses(plane.uids)).toEqual([]);
  });

  it("when it is back, the same containers run again, with their data", async () => {
    await engine.start();
    await vi.waitFor(async () => expect(await status()).toMatchObject({ phase: "running" }), wait);
    const now = await status();
    expect(now.units.map((unit) => unit.containerId)).toEqual(before.units.map((unit) => unit.containerId));
    await vi.waitFor(async () => expect((await shown()).mark).toBe(mark), wait);
    expect(engine.docker("ps", "-aq").split("\n")).toHaveLength(1);
  });
});
