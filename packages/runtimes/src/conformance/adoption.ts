import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Bench, find, lines, observed } from "./bench.ts";

/** A control plane that comes back, and one that is another's. */
export function adoptionConformance(bench: () => Bench): void {
  describe("P5 P6 driver instances", () => {
    it("a second one sees and controls the same runs", async () => {
      const { runtime, start, get, open, run: make } = bench();
      const run = await make();
      const first = await start(run);
      const second = await open();
      expect(await second.observe([run.id.pod])).toEqual(await runtime.observe([run.id.pod]));
      await second.ensure(run);
      expect((await observed(second, run.id)).runId).toBe(first.runId);
      expect(await get(run.id, "/", second)).toMatch(/^hello from/);
      expect((await lines(second, run.id)).map((line) => line.text)).toContain("listening");
      await second.stop(run.id, 5);
      expect(await observed(second, run.id)).toMatchObject({ state: "exited", exitCode: 0 });
      expect(await observed(runtime, run.id)).toMatchObject({ state: "exited", exitCode: 0 });
      await second.remove(run.id, 5);
      expect(await find(runtime, run.id)).toBeUndefined();
    });

    it("two that start the same unit at once make one run", async () => {
      const { runtime, open, run: make } = bench();
      const run = await make();
      const second = await open();
      await runtime.preparePod(run.scope);
      await runtime.prepareImage(run, () => {});
      await Promise.all([runtime.ensure(run), second.ensure(run)]);
      const { units } = await runtime.observe([run.id.pod]);
      expect(units).toHaveLength(1);
      expect(units).toEqual((await second.observe([run.id.pod])).units);
    });

    it("one of another installation sees nothing of it and removes nothing of it", async () => {
      const { runtime, rig, start, open, run: make } = bench();
      const run = await make();
      const before = await start(run);
      const other = randomUUID();
      const stranger = await open(other);
      expect(await stranger.observe(null)).toEqual({ units: [], pods: [], volumes: [] });
      await stranger.remove(run.id, 0);
      await stranger.removePod(run.id.pod);
      expect(await observed(runtime, run.id)).toEqual(before);
      expect(await rig.leftovers(other)).toEqual([]);
    });
  });
}
