import type { AdoptedUnit, ForeignContainer } from "@agentpod/core/adopt";
import type { ObservedUnit, UnitRun } from "@agentpod/core/runtime";
import { afterEach, describe, expect, it } from "vitest";
import { answers, type Bench, find, observed, reaches } from "./bench.ts";

/** Containers that AgentPod did not make. */
export function foreignConformance(bench: () => Bench): void {
  let started: string[] = [];
  afterEach(async () => {
    bench().adopted.length = 0;
    for (const one of started) await bench().rig.removeContainer?.(one);
    started = [];
  });

  /** One that runs, and the unit that it is to become. */
  async function begin(): Promise<{ container: ForeignContainer; unit: AdoptedUnit; run: UnitRun }> {
    const { rig, runtime, run: make } = bench();
    const name = (await rig.startForeign?.()) ?? "";
    started.push(name);
    const [container] = await runtime.foreign(name);
    if (!container) throw new Error(`${name} is not found`);
    started.push(container.id);
    const base = await make({ code: null, command: null });
    const { GREETING: _greeting, ...env } = base.env;
    const run: UnitRun = {
      ...base,
      image: container.image,
      env,
      command: null,
      kept: { ...container.kept, revision: base.id.revision },
    };
    const unit: AdoptedUnit = {
      id: run.id,
      tenant: run.scope.tenant,
      name: run.scope.name,
      containerId: container.id,
      found: { name: container.name, image: container.image ?? "", restart: container.restart },
      ports: [{ name: "http", container: 8080 }],
      volumes: [],
      folders: container.folders.map(({ source }) => source),
      isReleasing: false,
      at: new Date().toISOString(),
    };
    return { container, unit, run };
  }

  async function take(unit: AdoptedUnit, run: UnitRun): Promise<ObservedUnit> {
    const { runtime, adopted } = bench();
    adopted.push(unit);
    await runtime.adopt(unit);
    await answers(bench(), run.id);
    return observed(runtime, run.id);
  }

  describe("A8 containers of somebody else's", () => {
    it("are refused where the driver takes none over", async ({ skip }) => {
      const { runtime } = bench();
      skip(runtime.can.adopt, "the driver adopts");
      await expect(runtime.foreign(null)).rejects.toMatchObject({ code: "invalid" });
    });

    it("are told with what they keep, and are none of the installation's until they are adopted", async ({ skip }) => {
      const { runtime } = bench();
      skip(!runtime.can.adopt, "the driver adopts nothing");
      const { container, unit, run } = await begin();
      expect(container).toMatchObject({
        state: "running",
        restart: { name: "always" },
        installation: null,
        kept: { env: { GREETING: "found" } },
      });
      expect((await runtime.foreign(null)).map(({ id }) => id)).toContain(container.id);
      expect(await runtime.foreign("there-is-none")).toEqual([]);
      expect(await find(runtime, run.id)).toBeUndefined();
      bench().adopted.push(unit);
      expect(await observed(runtime, run.id)).toMatchObject({ state: "running", adoption: "pending", containerId: container.id });
      // Started though nobody has taken it over yet: it is the same one.
      await runtime.create(run);
      await runtime.ensure(run);
      expect((await runtime.observe([run.id.pod])).units).toMatchObject([{ containerId: container.id }]);
    });

    it("are taken over while they run, twice as once, and seen by every control plane", async ({ skip }) => {
      const { runtime, get, open } = bench();
      skip(!runtime.can.adopt, "the driver adopts nothing");
      const { container, unit, run } = await begin();
      const before = await runtime.foreign(container.id);
      const first = await take(unit, run);
      expect(first).toMatchObject({ adoption: "taken", containerId: container.id, startedAt: before[0]?.startedAt });
      await runtime.adopt(unit);
      await runtime.ensure(run);
      expect(await observed(runtime, run.id)).toEqual(first);
      const second = await open();
      expect(await observed(second, run.id)).toEqual(first);
      expect(await get(run.id, "/", second)).toBe("found");
      expect((await runtime.observe(null)).units.map(({ id }) => id)).toContainEqual(run.id);
    });

    it("are started again when they end, and made anew with what they kept when they are gone", async ({ skip }) => {
      const { runtime, rig, get } = bench();
      skip(!runtime.can.adopt, "the driver adopts nothing");
      const { unit, run } = await begin();
      const first = await take(unit, run);
      await get(run.id, "/write");
      await rig.kill(first);
      await reaches(runtime, run.id, "exited");
      await runtime.ensure(run);
      await answers(bench(), run.id);
      const second = await observed(runtime, run.id);
      expect(second).toMatchObject({ containerId: first.containerId, adoption: "taken" });
      expect(second.runId).not.toBe(first.runId);

      await rig.removeContainer?.(first.containerId ?? "");
      expect(await find(runtime, run.id)).toBeUndefined();
      await runtime.preparePod(run.scope);
      await runtime.prepareImage(run, () => {});
      await runtime.ensure(run);
      await answers(bench(), run.id);
      const third = await observed(runtime, run.id);
      expect(third.adoption).toBeUndefined();
      expect(await get(run.id, "/read")).toBe("kept");
      expect(await get(run.id, "/")).toBe("found");
      // It is gone: neither has anything to do.
      await runtime.adopt(unit);
      await runtime.release(unit);
      expect(await observed(runtime, run.id)).toEqual(third);
    });

    it("are given back as they were, running on, and can be adopted again", async ({ skip }) => {
      const { runtime, adopted, rig, installation } = bench();
      skip(!runtime.can.adopt, "the driver adopts nothing");
      const { container, unit, run } = await begin();
      const taken = await take(unit, run);
      // As of a pod that ended and was started again.
      await runtime.preparePod(run.scope);
      await runtime.release(unit);
      await runtime.release(unit);
      // The database still tells of it: the rest of the pod goes all the same.
      await runtime.removePod(run.id.pod);
      adopted.length = 0;
      expect(await find(runtime, run.id)).toBeUndefined();
      const [back] = await runtime.foreign(container.name);
      expect(back).toMatchObject({ id: container.id, state: "running", startedAt: taken.startedAt, restart: { name: "always" } });
      expect(await rig.leftovers(installation)).not.toContainEqual(expect.stringContaining(container.name));
      expect((await take(unit, run)).runId).toBe(taken.runId);
    });
  });
}
