import { readdirSync, readFileSync } from "node:fs";
import type { PodView } from "@agentpod/core/api/pod-view";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { docker, engineAnswers, engineObjects } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { processTraces } from "../src/traces.ts";

const runtimes = [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
];

for (const { runtime, isHere } of runtimes) {
  describe.skipIf(!isHere)(`A20 closed loop on ${runtime}`, () => {
    let pod: Installation;
    const host = "web-acme.localhost";
    const status = (name = "acme/web") => pod.json<PodView>("pod", "status", name);
    const answers = (name = host, path = "/") =>
      vi.waitFor(async () => expect(await pod.get(name, path)).toMatchObject({ status: 200 }), { timeout: 20_000, interval: 20 });
    const unitOf = async (name = "acme/web") => (await status(name)).units[0] as PodView["units"][number];

    beforeAll(async () => {
      pod = await makeInstallation(runtime);
      await pod.start();
    });
    afterAll(async () => {
      await pod?.destroy();
    });

    it("P1 A2 prints where it is, the login once, and creates a pod that answers", async () => {
      expect(pod.output()).toContain(`AgentPod is ready: http://localhost:${pod.port}`);
      expect(pod.output()).toMatch(/email\s+admin@localhost\s+password\s+\S{20,}/);
      expect(await pod.cli("tenant", "create", "acme")).toMatchObject({ code: 0 });
      expect(await pod.cli("pod", "create", "acme/web", "--template", "hello", "--wait")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining(`http://${host}:${pod.port}`),
      });
      expect(await pod.get(host)).toMatchObject({ status: 200, body: expect.stringContaining("acme/web") });
    });

    it("P7 gives an address that needs no name", async () => {
      const { addresses } = await status();
      const numbered = addresses.find((address) => !address.includes("localhost"));
      const port = Number(new URL(numbered ?? "").port);
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      expect(answer.status).toBe(200);
    });

    it("A5 brings a killed unit back under the same address", async () => {
      const before = await unitOf();
      expect(runtime === "docker" ? before.containerId : before.pid).toBeTruthy();
      if (runtime === "docker") docker("kill", before.containerId as string);
      else process.kill(before.pid as number, "SIGKILL");
      await vi.waitFor(async () => expect(await unitOf()).toMatchObject({ state: "running", health: "healthy", restarts: 1 }), {
        timeout: 20_000,
        interval: 50,
      });
      expect((await unitOf()).runId).not.toBe(before.runId);
      await answers();
    });

    it.runIf(runtime === "docker")("A5 makes a removed container again", async () => {
      const before = await unitOf();
      docker("rm", "-f", before.containerId as string);
      await vi.waitFor(async () => expect((await unitOf()).containerId).not.toBe(before.containerId), { timeout: 20_000, interval: 50 });
      await answers();
    });

    it("P5 goes on serving with the server killed, and then says what is true", async () => {
      const before = await unitOf();
      pod.kill("server");
      expect(await pod.get(host)).toMatchObject({ status: 200 });
      await vi.waitFor(async () => expect(await pod.cli("pod", "list")).toMatchObject({ code: 0 }), { timeout: 30_000, interval: 200 });
      expect(await unitOf()).toMatchObject({ runId: before.runId, state: "running" });
    });

    it("P2 P5 comes through the death of the database", async () => {
      pod.kill("postgres");
      expect(await pod.get(host)).toMatchObject({ status: 200 });
      await vi.waitFor(async () => expect(await pod.cli("pod", "list")).toMatchObject({ code: 0 }), { timeout: 30_000, interval: 200 });
    });

    it("P7 starts the gateway again from its last table", async () => {
      pod.kill("gateway");
      await answers();
    });

    it("P8 runs an application with its database, and the password is nowhere to be read", async () => {
      expect(await pod.cli("pod", "create", "acme/api", "--template", "node-postgres", "--wait")).toMatchObject({ code: 0 });
      expect(await pod.get("api-acme.localhost", "/items", { method: "POST", body: JSON.stringify({ text: "milk" }) })).toMatchObject({
        status: 201,
      });
      expect(await pod.cli("pod", "restart", "acme/api", "--wait")).toMatchObject({ code: 0 });
      expect(await pod.get("api-acme.localhost", "/items")).toMatchObject({ status: 200, body: expect.stringContaining("milk") });
      const { value } = await pod.json<{ value: string }>("secret", "reveal", "acme/api", "password");
      expect(value.length).toBeGreaterThan(15);
      const places = {
        api: JSON.stringify(await status("acme/api")),
        events: (await pod.cli("events", "-o", "json")).stdout,
        logs: (await pod.cli("pod", "logs", "acme/api")).stdout,
        server: readFileSync(`${pod.home.logs}/server.log`, "utf8"),
        gateway: readFileSync(`${pod.home.logs}/gateway.log`, "utf8"),
        output: pod.output(),
        ps: commandLines(),
      };
      for (const [place, text] of Object.entries(places)) expect(text, place).not.toContain(value);
    });

    it("P5 updates without a lost request, and rolls back", async () => {
      const failed: number[] = [];
      let done = false;
      const load = (async () => {
        while (!done) {
          const { status } = await pod.get(host);
          if (status !== 200) failed.push(status);
        }
      })();
      expect(await pod.cli("pod", "update", "acme/web", "--input", "greeting=Servus", "--wait")).toMatchObject({ code: 0 });
      await vi.waitFor(async () => expect((await pod.get(host)).body).toContain("Servus"), { timeout: 20_000, interval: 50 });
      done = true;
      await load;
      expect(failed).toEqual([]);
    });

    it("A3 stops, starts and deletes without a trace", async () => {
      expect(await pod.cli("pod", "stop", "acme/web", "--wait")).toMatchObject({ code: 0 });
      expect(await pod.get(host)).toMatchObject({ status: 503 });
      expect(await pod.cli("pod", "start", "acme/web", "--wait")).toMatchObject({ code: 0 });
      await answers();
      for (const name of ["acme/web", "acme/api"])
        expect(await pod.cli("pod", "delete", name, "--yes", "--wait")).toMatchObject({ code: 0 });
      expect(await pod.get(host)).toMatchObject({ status: 404 });
      expect(await pod.cli("tenant", "delete", "acme", "--yes")).toMatchObject({ code: 0 });
      expect(traces()).toEqual([]);
    });

    it("P1 stops cleanly", async () => {
      expect(await pod.stop()).toBe(0);
      for (const name of ["server", "gateway", "postgres"] as const) expect(() => pod.pid(name)).toThrow();
    });

    function traces(): string[] {
      return runtime === "docker" ? engineObjects(pod.id()) : processTraces(pod.home, pod.uids);
    }
  });
}

/** What `ps` shows anyone on this machine. */
function commandLines(): string {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        return "";
      }
    })
    .join("\n");
}
