import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { answering, nodePod } from "../src/node-unit.ts";

const run = promisify(execFile);

const runtimes = [
  { runtime: "process" as const, isHere: process.platform === "linux" },
  { runtime: "docker" as const, isHere: engineAnswers() },
];

for (const { runtime, isHere } of runtimes)
  describe.skipIf(!isHere)(`P7 W4 asleep and awake on ${runtime}`, () => {
    let plane: Installation;
    const host = "web-acme.localhost";
    const status = () => plane.json<PodView>("pod", "status", "acme/web");
    const eventsOf = async (type: string) =>
      (await plane.json<AgentPodEvent[]>("pod", "events", "acme/web")).filter((e) => e.type === type);

    /** The status code and all headers of a real client's request. */
    const curl = async (...args: string[]): Promise<string> =>
      (
        await run("curl", [
          "-s",
          "-o",
          "/dev/null",
          "-w",
          "%{http_code}",
          "-H",
          `Host: ${host}`,
          ...args,
          `http://127.0.0.1:${plane.port}/`,
        ])
      ).stdout;
    const sleep = async () => {
      expect(await plane.cli("pod", "sleep", "acme/web", "--wait")).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("is sleeping"),
      });
    };

    beforeAll(async () => {
      plane = await makeInstallation(runtime);
      await plane.start();
      await plane.cli("tenant", "create", "acme");
      const spec = await plane.specFile({ ...nodePod(answering), idle: { sleepAfterSeconds: 3600 } });
      expect(await plane.cli("pod", "create", "acme/web", "--spec", spec, "--wait")).toMatchObject({ code: 0 });
    });
    afterAll(async () => {
      await plane?.destroy();
    });

    it("ten requests at once to a sleeping pod are all answered, and it is started once", async () => {
      const before = await status();
      await sleep();
      const asleep = await status();
      expect(asleep).toMatchObject({ desired: "sleeping", phase: "sleeping", units: [{ state: "exited" }] });
      const woken = (await eventsOf("pod.woken")).length;
      const starts = (await eventsOf("unit.restarted")).length;
      const begun = performance.now();
      const answers = await Promise.all(Array.from({ length: 10 }, () => curl()));
      console.log(`${runtime}: ten requests to a sleeping pod answered after ${Math.round(performance.now() - begun)} ms`);
      expect(answers).toEqual(Array(10).fill("200"));
      await vi.waitFor(async () => expect(await status()).toMatchObject({ phase: "running" }), { timeout: 20_000, interval: 50 });
      const after = await status();
      expect(after.units[0]?.runId).not.toBe(before.units[0]?.runId);
      if (runtime === "docker") expect(after.units[0]?.containerId).toBe(before.units[0]?.containerId);
      expect(after.generation).toBe(asleep.generation + 1);
      expect(await eventsOf("pod.woken")).toHaveLength(woken + 1);
      expect((await eventsOf("pod.woken"))[0]).toMatchObject({ actor: "system", result: "ok", data: { host } });
      expect(await eventsOf("unit.restarted")).toHaveLength(starts + 1);
      expect(await eventsOf("unit.failed")).toEqual([]);
    });

    it("a visitor's browser gets a Chinese page while its program is slow to start, and the application then", async () => {
      const slow = `setTimeout(() => { ${answering} }, 6000);`;
      const spec = await plane.specFile({ ...nodePod(slow), idle: { sleepAfterSeconds: 3600 } });
      expect(await plane.cli("pod", "update", "acme/web", "--spec", spec, "--wait")).toMatchObject({ code: 0 });
      await sleep();
      const visit = async () => {
        const headers = { host: `${host}:${plane.port}`, accept: "text/html,*/*;q=0.8", "accept-language": "zh-CN,zh;q=0.9" };
        const { statusCode, body } = await request(`http://127.0.0.1:${plane.port}/`, { headers });
        return { status: statusCode, page: await body.text() };
      };
      const first = await visit();
      expect(first).toMatchObject({ status: 503, page: expect.stringContaining("正在唤醒") });
      expect(first.page).toContain('http-equiv="refresh"');
      // As the page does by itself.
      await vi.waitFor(async () => expect(await visit()).toMatchObject({ status: 200, page: "here" }), { timeout: 30_000, interval: 1000 });
    });

    it("it sleeps through the death of everything that could wake it; who waits meanwhile is answered after all", async () => {
      await plane.cli("pod", "update", "acme/web", "--spec", await plane.specFile(nodePod(answering)), "--wait");
      await sleep();
      plane.kill("server");
      const answer = curl("--max-time", "60");
      expect(await answer).toBe("200");
      expect((await status()).desired).toBe("running");
      await sleep();
      await plane.stop();
      await plane.start();
      await plane.json("reconcile");
      expect(await status()).toMatchObject({ desired: "sleeping", phase: "sleeping", units: [{ state: "exited" }] });
      expect(await plane.cli("health")).toMatchObject({ code: 0 });
    });

    it("its owner starts it as well", async () => {
      expect(await plane.cli("pod", "start", "acme/web", "--wait")).toMatchObject({ code: 0 });
      expect(await curl()).toBe("200");
    });
  });
