import { describe, expect, it } from "vitest";
import { type Bench, observed, reaches } from "./bench.ts";

/** Figures, and limits where the driver enforces them. */
export function limitsConformance(bench: () => Bench): void {
  describe("P12 A11 stats and limits", () => {
    it("tells memory, processes and, from the second sample on, CPU", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      await start(run);
      const sample = async () => (await runtime.stats([run.id.pod])).find((one) => one.id.unit === "web");
      const first = await sample();
      expect(first?.memoryBytes).toBeGreaterThan(1_000_000);
      expect(first?.pids).toBeGreaterThan(0);
      expect(first?.memoryLimitBytes).toBe(runtime.can.limits ? 256 * 1024 * 1024 : null);
      await get(run.id, "/");
      expect((await sample())?.cpuCores).toBeGreaterThanOrEqual(0);
      await runtime.stop(run.id, 5);
      expect(await runtime.stats([run.id.pod])).toEqual([]);
    });

    it("ends what eats more memory than it may", async ({ skip }) => {
      const { runtime, start, get, run: make } = bench();
      skip(!runtime.can.limits, "the driver does not enforce limits here");
      const run = await make({ resources: { cpus: 1, memoryMb: 128, pids: 128 } });
      await start(run);
      await get(run.id, "/eat?mb=400").catch(() => "cut off");
      const ended = await reaches(runtime, run.id, "exited");
      expect(ended).toMatchObject({ oomKilled: true, exitCode: 137 });
      await start(run);
      expect(await observed(runtime, run.id)).toMatchObject({ state: "running", oomKilled: false });
    });

    it("refuses more processes than allowed", async ({ skip }) => {
      const { runtime, start, get, run: make } = bench();
      skip(!runtime.can.limits, "the driver does not enforce limits here");
      const run = await make({ resources: { cpus: 1, memoryMb: 256, pids: 40 } });
      await start(run);
      expect(Number(await get(run.id, "/spawn?count=60"))).toBeGreaterThan(0);
    });
  });
}
