import { describe, expect, it } from "vitest";
import { type Bench, find, lines, observed, reaches } from "./bench.ts";

/** Start, look, stop, remove; volumes. */
export function lifecycleConformance(bench: () => Bench): void {
  describe("P6 life of a unit", () => {
    it("is absent, then running, and a second ensure changes nothing", async () => {
      const { runtime, start, run: make } = bench();
      const run = await make();
      expect(await find(runtime, run.id)).toBeUndefined();
      const first = await start(run);
      expect(first).toMatchObject({ id: run.id, state: "running", exitCode: null, finishedAt: null, oomKilled: false });
      expect(Date.parse(first.startedAt ?? "")).not.toBeNaN();
      await Promise.all([runtime.ensure(run), runtime.ensure(run)]);
      await runtime.preparePod(run.scope);
      expect(await observed(runtime, run.id)).toMatchObject({ runId: first.runId, state: "running" });
      const all = await runtime.observe(null);
      expect(all.pods).toContain(run.id.pod);
      expect(all.units.filter((unit) => unit.id.pod === run.id.pod)).toHaveLength(1);
    });

    it("can be made ahead, before its pod is prepared, and is not started by it", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      await runtime.prepareImage(run, () => {});
      await runtime.create(run);
      await runtime.create(run);
      expect((await find(runtime, run.id))?.state ?? "created").toBe("created");
      await start(run);
      expect(await get(run.id, "/")).toMatch(/^hello from/);
      expect((await runtime.observe([run.id.pod])).units).toHaveLength(1);
    });

    it("tells the exit code, and a restart is another run", async () => {
      const { runtime, start, get, run: make } = bench();
      const run = await make();
      const first = await start(run);
      await get(run.id, "/exit?code=3");
      const ended = await reaches(runtime, run.id, "exited");
      expect(ended).toMatchObject({ exitCode: 3, oomKilled: false, runId: first.runId });
      const second = await start(run);
      expect(second.state).toBe("running");
      expect(second.runId).not.toBe(first.runId);
    });

    it("remembers with which settings it was made, running or not, to another driver too", async () => {
      const { runtime, start, open, run: make } = bench();
      const plain = await make();
      expect((await start(plain)).live).toBeUndefined();
      const run = await make({ live: "0a1b2c3d4e5f" });
      expect((await start(run)).live).toBe("0a1b2c3d4e5f");
      await runtime.stop(run.id, 5);
      expect((await observed(await open(), run.id)).live).toBe("0a1b2c3d4e5f");
    });

    it("hands over the environment, secrets too, and nothing of the control plane's own", async () => {
      const { start, get, run: make } = bench();
      process.env.CONFORMANCE_OF_THE_CONTROL_PLANE = "leaked";
      try {
        const run = await make({ env: { GREETING: "a b'\"$(id)\n{}", EMPTY: "", TOKEN: "s3cret" } });
        await start(run);
        expect(await get(run.id, "/env?name=GREETING")).toBe("a b'\"$(id)\n{}");
        expect(await get(run.id, "/env?name=EMPTY")).toBe("");
        expect(await get(run.id, "/env?name=TOKEN")).toBe("s3cret");
        expect(await get(run.id, "/env?name=CONFORMANCE_OF_THE_CONTROL_PLANE")).toBe("(unset)");
      } finally {
        delete process.env.CONFORMANCE_OF_THE_CONTROL_PLANE;
      }
    });

    it("stops by TERM; the instance and its logs stay until it is removed", async () => {
      const { runtime, start, run: make } = bench();
      const run = await make();
      await start(run);
      await runtime.stop(run.id, 20);
      expect(await observed(runtime, run.id)).toMatchObject({ state: "exited", exitCode: 0 });
      await runtime.stop(run.id, 20);
      expect((await lines(runtime, run.id)).map((line) => line.text)).toContain("got TERM");
      await runtime.remove(run.id, 20);
      expect(await find(runtime, run.id)).toBeUndefined();
      await expect(lines(runtime, run.id)).rejects.toMatchObject({ code: "not_found" });
    });

    it("kills what does not heed TERM within the grace", async () => {
      const { runtime, start, run: make } = bench();
      const base = await make({ env: { IGNORE_TERM: "1" } });
      await start(base);
      await runtime.stop(base.id, 1);
      const unit = await observed(runtime, base.id);
      expect(unit).toMatchObject({ state: "exited", exitCode: 137 });
      expect((await lines(runtime, base.id)).map((line) => line.text)).toContain("got TERM");
    });

    it("asks by the unit's own signal where it has one", async () => {
      const { runtime, start, run: make } = bench();
      const run = await make({ env: { IGNORE_TERM: "1" }, stopSignal: "SIGINT" });
      await start(run);
      await runtime.stop(run.id, 20);
      expect(await observed(runtime, run.id)).toMatchObject({ state: "exited", exitCode: 130 });
    });

    it("keeps a volume through remove and ensure, and deletes it when told", async () => {
      const { runtime, start, get, run: make } = bench();
      const pod = (await make()).id.pod;
      const volume = { pod, unit: "web", volume: "data" };
      const run = await make({ id: { pod, unit: "web", revision: "0123456789ab" }, volumes: [{ id: volume, path: "/data" }] });
      const file = encodeURIComponent(`${run.volumes[0]?.path}/kept`);
      await start(run);
      await get(run.id, `/write?path=${file}&text=still-here`);
      await runtime.ensureVolume(volume, run.scope);
      expect((await runtime.observe([pod])).volumes).toEqual([volume]);
      await runtime.remove(run.id, 5);
      await start(run);
      expect(await get(run.id, `/read?path=${file}`)).toBe("still-here");
      await runtime.remove(run.id, 5);
      await runtime.removeVolume(volume);
      expect((await runtime.observe([pod])).volumes).toEqual([]);
      await start(run);
      expect(await get(run.id, `/read?path=${file}`)).toBe("absent");
    });

    it("succeeds in removing what is absent, and refuses to remove a pod that has units", async () => {
      const { runtime, start, run: make } = bench();
      const ghost = await make();
      await runtime.stop(ghost.id, 1);
      await runtime.remove(ghost.id, 1);
      await runtime.removeVolume({ pod: ghost.id.pod, unit: "web", volume: "data" });
      await runtime.removePod(ghost.id.pod);

      const run = await make();
      await start(run);
      await expect(runtime.removePod(run.id.pod)).rejects.toMatchObject({ code: "conflict" });
      expect(await observed(runtime, run.id)).toMatchObject({ state: "running" });
      await runtime.remove(run.id, 5);
      await runtime.removePod(run.id.pod);
      expect((await runtime.observe(null)).pods).not.toContain(run.id.pod);
    });

    it("runs two revisions of a unit side by side", async () => {
      const { runtime, start, get, run: make } = bench();
      const old = await make({ alias: null });
      const young = await make({ id: { ...old.id, revision: "ba9876543210" }, scope: old.scope, alias: null });
      await start(old);
      await start(young);
      expect(await get(young.id, "/")).not.toBe("");
      await runtime.remove(old.id, 5);
      expect(await get(young.id, "/")).toMatch(/^hello from/);
      expect((await runtime.observe([old.id.pod])).units.map((unit) => unit.id)).toEqual([young.id]);
    });
  });
}
