import { type ActionKind, actionKinds } from "@agentpod/core/action";
import type { Pod } from "@agentpod/core/pod";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { type ControlPlane, eventually, openRig, type Rig } from "./reconciler-rig.ts";
import { stack } from "./reconciler-specs.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig(inject("serverUrl"));
});
afterEach(() => rig.close());

type Phase = "create" | "update" | "stop" | "start" | "restart" | "expire";

/** A database that remembers, and notices when it is started twice or finds its data gone. */
function watchedDatabase(): { program: MemoryProgram; births: number; together: number } {
  let alive = 0;
  const watched = {
    births: 0,
    together: 0,
    program: ((unit) => {
      watched.together = Math.max(watched.together, ++alive);
      unit.ended.addEventListener("abort", () => alive--, { once: true });
      if (unit.files.read("/data/born") === null) watched.births++;
      unit.files.write("/data/born", "yes");
      return { request: (_request, response) => void response.end("db") };
    }) as MemoryProgram,
  };
  return watched;
}

/** One life of a pod under control planes that are killed where `dies` says so, each followed by a fresh one. Gives where. */
async function live(dies: (phase: Phase, point: string) => boolean): Promise<string[]> {
  let phase: Phase = "create";
  const deaths: string[] = [];
  const database = watchedDatabase();
  let plane: ControlPlane;
  const control = (): void => {
    plane = rig.start({
      programs: { "postgres:17": database.program },
      crash: (point) => {
        if (!dies(phase, point)) return false;
        deaths.push(`${phase} ${point}`);
        return true;
      },
    });
    const mine = plane;
    void mine.killed.then(() => mine.stop()).then(control);
  };
  control();

  const spec = { ...stack(), ttlSeconds: 3600 };
  const pod = await rig.create("api", spec, { password: "s3cret" });
  await stands(pod, "running");
  phase = "update";
  await rig.update(pod, { ...stack("2"), ttlSeconds: 3600 });
  await stands(pod, "running");
  phase = "stop";
  await rig.desire(pod, "stopped");
  await stands(pod, "exited");
  phase = "start";
  await rig.desire(pod, "running");
  await stands(pod, "running");
  phase = "restart";
  await rig.database.asSystem((store) => store.pods.restart(pod.id));
  await stands(pod, "running");
  phase = "expire";
  rig.ahead.seconds = 4000;
  await eventually(rig, async () => {
    plane.reconciler.wake(pod.id);
    expect(await rig.find(pod)).toBeNull();
  });
  await leavesNothing(pod);
  expect(database).toMatchObject({ births: 1, together: 1 });
  return deaths;
}

/** Exactly what is wanted is there, and the gateway serves it. */
async function stands(pod: Pod, state: "running" | "exited"): Promise<void> {
  await rig.reaches(pod, state === "running" ? "running" : "stopped");
  await eventually(rig, async () => {
    const units = (await rig.units(pod)).map((unit) => ({ name: unit.id.unit, revision: unit.id.revision, state: unit.state }));
    const wanted = (await rig.find(pod))?.status.units.map(({ name, revision }) => ({ name, revision, state }));
    const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
    expect(units.sort(byName)).toEqual(wanted?.sort(byName));
    const serving = rig.gateway.table.routes.map((route) => ({ state: route.state, upstreams: route.upstreams.map(({ id }) => id) }));
    const app = units.find((unit) => unit.name === "app");
    expect(serving).toEqual([
      state === "running" ? { state: "serving", upstreams: [`${pod.id}/app/${app?.revision}`] } : { state: "stopped", upstreams: [] },
    ]);
    expect(await used()).toEqual({ port: 2, subnet: 1, uid: 0, public_port: 1 });
  });
}

async function leavesNothing(pod: Pod): Promise<void> {
  expect(rig.machine.contents(rig.installation)).toEqual([]);
  expect(await used()).toEqual({ port: 0, subnet: 0, uid: 0, public_port: 0 });
  await eventually(rig, () => expect(rig.gateway.table.routes).toEqual([]));
  await rig.database.asSystem(async (store) => {
    expect(await store.pods.tombstones([pod.id])).toEqual([{ pod: pod.id, keepData: false }]);
    expect(await store.secrets.reveal(pod.id)).toEqual({});
  });
}

async function used(): Promise<Record<string, number>> {
  const held = await rig.database.asSystem((store) => store.allocations.used("local"));
  return Object.fromEntries(Object.entries(held).map(([kind, values]) => [kind, values.length]));
}

/** The steps of an adoption are walked on a real engine, in tests/e2e/test/adopt.test.ts; what a running unit is told, in reconciler-live.test.ts. */
const elsewhere: readonly ActionKind[] = ["adopt-unit", "release-unit", "apply-live"];
const walked = actionKinds.filter((kind) => !elsewhere.includes(kind));

describe("P5 a control plane that is killed", () => {
  for (const kind of walked) {
    for (const side of ["before", "after"]) {
      it(`${side} ${kind}, in each phase of a life: all is as it should be`, async () => {
        const died = new Set<Phase>();
        const deaths = await live((phase, point) => {
          if (point !== `${side}:${kind}` || died.has(phase)) return false;
          died.add(phase);
          return true;
        });
        expect(deaths, `no plan of this life has the action ${kind}: the walk does not cover it`).not.toEqual([]);
      });
    }
  }

  it("at nearly every step of a life: most control planes live for one step", async () => {
    const times = new Map<string, number>();
    const deaths = await live((phase, point) => {
      const here = `${phase} ${point}`;
      const before = times.get(here) ?? 0;
      times.set(here, before + 1);
      // A step without an effect that can be seen (an image that is there) would come again for ever.
      return before < 3;
    });
    expect(deaths.length).toBeGreaterThan(4 * walked.length);
  });
});
