import { text } from "node:stream/consumers";
import type { Pod } from "@agentpod/core/pod";
import type { PodSpecInput } from "@agentpod/core/pod-spec";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { type ControlPlane, eventually, openRig, type Rig } from "./reconciler-rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig(inject("serverUrl"));
});
afterEach(() => rig.close());

const lively = (mood: string, other = "1"): PodSpecInput => ({
  units: [
    {
      name: "app",
      image: "node:24",
      ports: [{ name: "http", container: 8080 }],
      probe: { kind: "http", port: "http", intervalSeconds: 0.2 },
      volumes: [{ name: "data", path: "/data" }],
      env: { MOOD: mood, OTHER: other },
      live: { env: ["MOOD"], command: ["tell"], timeoutSeconds: 2 },
    },
  ],
  routes: [{ unit: "app", port: "http", drainSeconds: 1 }],
});

/** Answers with the mood that it has; is told another by its command, which ends as `ends` says. */
function moody(): { program: MemoryProgram; mood: string; told: string[]; ends: number | null } {
  const seen = {
    mood: "",
    told: [] as string[],
    ends: 0 as number | null,
    program: ((unit) => {
      seen.mood = unit.run.env.MOOD ?? "";
      return {
        request: (_request, response) => void response.end(seen.mood),
        exec: async ({ argv, stdin, stderr, exit }) => {
          const given = JSON.parse(await text(stdin));
          seen.told.push(`${argv.join(" ")} ${JSON.stringify(given)}`);
          if (seen.ends === null) return;
          if (seen.ends === 0) seen.mood = given.MOOD;
          else stderr.write(`cannot be ${given.MOOD}`);
          exit(seen.ends);
        },
      };
    }) as MemoryProgram,
  };
  return seen;
}

const runIdOf = async (pod: Pod): Promise<string | undefined> => (await rig.units(pod))[0]?.runId;

/** The newest event of a kind. */
const said = (pod: Pod, type: string): Promise<string> =>
  eventually(rig, async () => {
    const [event] = await rig.database.asSystem((store) => store.events.latest({ tenant: "acme", pod: pod.name, type }, 1));
    expect(event).toBeDefined();
    return event?.message ?? "";
  });

async function running(spec = lively("calm"), secrets: Record<string, string> = {}) {
  const app = moody();
  const plane = rig.start({ programs: { "*": app.program } });
  const pod = await rig.create("web", spec, secrets);
  await rig.reaches(pod, "running");
  return { app, plane, pod };
}

describe("A10 a running unit is told what has changed", () => {
  it("by its own program, with secrets in place; it goes on running, and what comes of it is an event", async () => {
    const { app, pod } = await running(lively("{{ secrets.mood }}"), { mood: "calm-s3cret" });
    const before = await runIdOf(pod);
    expect(app.mood).toBe("calm-s3cret");
    await rig.database.asSystem(async (store) => {
      await store.secrets.put(pod.id, "mood", "merry-s3cret");
    });
    await rig.update(pod, lively("{{ secrets.mood }}"));
    await rig.reaches(pod, "running");
    expect([app.mood, app.told]).toEqual(["merry-s3cret", ['tell {"MOOD":"merry-s3cret"}']]);
    expect(await runIdOf(pod)).toBe(before);
    const status = (await rig.find(pod))?.status;
    expect(status?.units[0]).toMatchObject({ restarts: 0, live: { state: "applied", runId: before } });
    expect(JSON.stringify(status)).not.toContain("s3cret");
    expect(await said(pod, "unit.settings_applied")).toBe("app took its new settings without a restart.");
  });

  it("ends afterwards, and starts with what it was told last", async () => {
    const { app, pod } = await running();
    await rig.update(pod, lively("merry"));
    await rig.reaches(pod, "running");
    await rig.desire(pod, "stopped");
    await rig.reaches(pod, "stopped");
    app.mood = "";
    await rig.desire(pod, "running");
    await rig.reaches(pod, "running");
    expect(app.mood).toBe("merry");
    expect(app.told).toHaveLength(1);
  });

  it.each([
    ["refuses", 3, "its program ended with 3"],
    ["does not answer", null, "no answer within 2 s"],
  ])("%s: it is made anew, and why is said without what its program printed", async (_what, ends, why) => {
    const { app, pod } = await running();
    const before = await runIdOf(pod);
    app.ends = ends;
    await rig.update(pod, lively("merry"));
    await rig.reaches(pod, "running");
    expect(await runIdOf(pod)).not.toBe(before);
    expect(app.mood).toBe("merry");
    expect(app.told).toHaveLength(1);
    expect(await said(pod, "unit.settings_refused")).toBe(
      `app did not take its new settings while it runs (${why}): it is made anew with them.`,
    );
  });

  for (const side of ["before", "after"])
    it(`the control plane is killed ${side} it: another one goes on, and nothing is restarted`, async () => {
      const { app, plane, pod } = await running();
      const before = await runIdOf(pod);
      await plane.stop();
      let died = false;
      const mortal: ControlPlane = rig.start({
        programs: { "*": app.program },
        crash: (point) => {
          if (died || point !== `${side}:apply-live`) return false;
          died = true;
          return true;
        },
      });
      await rig.update(pod, lively("merry"));
      mortal.reconciler.wake(pod.id);
      await mortal.killed;
      await mortal.stop();
      rig.start({ owner: "two", programs: { "*": app.program } });
      await rig.reaches(pod, "running");
      await eventually(rig, () => expect(app.mood).toBe("merry"));
      expect(await runIdOf(pod)).toBe(before);
    });
});
