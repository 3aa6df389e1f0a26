import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Runtime, Stored, UnitRun, VolumeId } from "@agentpod/core/runtime";
import { pack } from "tar-stream";
import { describe, expect, it, vi } from "vitest";
import type { Bench } from "./bench.ts";

/** An engine that adds up its disk for another test does not tell now. */
const volumesOf = (runtime: Runtime, pod: string): Promise<Stored["volumes"]> =>
  vi.waitFor(
    async () => {
      const { volumes } = await runtime.stored([pod]);
      expect(volumes).not.toEqual([]);
      return volumes;
    },
    { timeout: 80_000, interval: 200 },
  );

/** What lies on the disk beside instances. */
export function storedConformance(bench: () => Bench): void {
  describe("P16 what is stored", () => {
    it("tells how much volumes hold, of the pods that are asked for and of this installation alone", async () => {
      const { open, runtime, start, run: make } = bench();
      const { id, scope } = await make();
      const volume: VolumeId = { pod: id.pod, unit: "web", volume: "data" };
      const run = await make({ id, scope, volumes: [{ id: volume, path: "/data" }] });
      await start(run);
      const root = await runtime.locate(run.id, { root: { kind: "volume", volume, path: run.volumes[0]?.path ?? "" }, path: "" });
      const tar = pack();
      tar.entry({ name: "big", mode: 0o644 }, Buffer.alloc(300_000, 1));
      tar.finalize();
      await runtime.writeFiles(run.id, root, Readable.from([await buffer(Readable.from(tar))]));
      const other = await open(randomUUID());
      expect(await other.stored([id.pod])).toEqual({ images: [], volumes: [] });
      expect((await runtime.stored([])).volumes).toEqual([]);
      if (bench().rig.volumesUnmeasured) return;
      const volumes = await volumesOf(runtime, id.pod);
      expect(volumes.map((one) => one.id)).toEqual([volume]);
      expect(volumes[0]?.bytes).toBeGreaterThanOrEqual(300_000);
    });

    it("tells of no image that it has not built, and has nothing to delete where there is none", async () => {
      const { runtime, start, run: make } = bench();
      const run: UnitRun = await make();
      await start(run);
      expect((await runtime.stored([])).images.filter((image) => image.pod === run.id.pod)).toEqual([]);
      expect(await runtime.removeImage(`sha256:${"0".repeat(64)}`)).toBe(true);
    });

    it("tells how much room there is on its disk", async () => {
      const room = await bench().runtime.room();
      if (room !== null) expect(room.free).toBeLessThanOrEqual(room.total);
    });
  });
}
