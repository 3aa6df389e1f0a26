import type { Runtime } from "@agentpod/core/runtime";
import { describe, expect, it } from "vitest";
import { type Bench, reaches } from "./bench.ts";

/** Wake-ups. Tests time out when one does not come. */
export function watchConformance(bench: () => Bench): void {
  describe("P5 A5 wake-ups", () => {
    it("come when a unit exits by itself", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      await start(run);
      const woken = await listen(runtime, run.id.pod);
      await get(run.id, "/exit?code=0");
      await woken.once;
      expect((await reaches(runtime, run.id, "exited")).exitCode).toBe(0);
      await woken.end();
    });

    it("come when it is killed behind the driver's back", async () => {
      const { rig, runtime, start, run: make } = bench();
      const run = await make();
      const unit = await start(run);
      const woken = await listen(runtime, run.id.pod);
      await rig.kill(unit);
      await woken.once;
      expect((await reaches(runtime, run.id, "exited")).exitCode).toBe(137);
      await woken.end();
    });

    it("come for a run that another driver instance started", async () => {
      const { rig, start, open, run: make } = bench();
      const run = await make();
      const unit = await start(run);
      const second = await open();
      const woken = await listen(second, run.id.pod);
      await rig.kill(unit);
      await woken.once;
      await reaches(second, run.id, "exited");
      await woken.end();
    });

    it("end when the signal aborts", async () => {
      const { runtime } = bench();
      const stop = new AbortController();
      const seen: unknown[] = [];
      const done = (async () => {
        for await (const wake of runtime.watch(stop.signal)) {
          seen.push(wake);
          stop.abort();
        }
      })();
      await done;
      expect(seen.length).toBeGreaterThan(0);
    });
  });
}

/** Resolves when the driver listens; `once` is the first wake-up for this pod after that. */
async function listen(runtime: Runtime, pod: string): Promise<{ once: Promise<void>; end(): Promise<void> }> {
  const stop = new AbortController();
  const wakes = runtime.watch(stop.signal)[Symbol.asyncIterator]();
  // The first wake-up says that from now on nothing is missed.
  await wakes.next();
  const once = (async () => {
    for (;;) {
      const next = await wakes.next();
      if (next.done) throw new Error("the watch ended before a wake-up came");
      if (next.value.pod === null || next.value.pod === pod) return;
    }
  })();
  return {
    once,
    async end() {
      stop.abort();
      await wakes.return?.();
    },
  };
}
