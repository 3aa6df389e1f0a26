import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { eventually, openRig, type Rig } from "./reconciler-rig.ts";
import { stack, web } from "./reconciler-specs.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig(inject("serverUrl"));
});
afterEach(() => rig.close());

/** What the gateway serves for a pod: unit and revision. */
const served = (): (string | undefined)[] => rig.gateway.table.routes.map((r) => r.upstreams[0]?.id.split("/").slice(1).join("@"));

describe("P5 A3 A5 the life of a pod", () => {
  it("is created, killed and back, updated beside the old, stopped, started, and deleted without a trace", async () => {
    rig.start();
    const pod = await rig.create("web", web());
    const first = await rig.reaches(pod, "running");
    const [unit] = await rig.units(pod);
    expect(unit).toMatchObject({ state: "running" });
    expect(served()).toEqual([`app@${unit?.id.revision}`]);
    expect(first.status.units).toMatchObject([{ name: "app", state: "running", health: "healthy", restarts: 0 }]);

    if (unit) rig.machine.crash(unit.id);
    const again = await eventually(rig, async () => {
      const now = await rig.find(pod);
      expect(now?.status).toMatchObject({ phase: "running", units: [{ restarts: 1, state: "running", health: "healthy" }] });
      return now;
    });
    expect(again?.status.units[0]?.runId).not.toBe(unit?.runId);
    expect(again?.status.failures.app).toMatchObject({ reason: "exited", count: 1 });

    await rig.update(pod, web("2"));
    await rig.reaches(pod, "running");
    await eventually(rig, async () => expect(await rig.units(pod)).toHaveLength(1));
    const [newer] = await rig.units(pod);
    expect(newer?.id.revision).not.toBe(unit?.id.revision);
    expect(served()).toEqual([`app@${newer?.id.revision}`]);
    await eventually(rig, async () =>
      expect((await rig.database.asSystem((store) => store.allocations.used("local"))).port).toHaveLength(1),
    );

    await rig.desire(pod, "stopped");
    await rig.reaches(pod, "stopped");
    expect(await rig.units(pod)).toMatchObject([{ state: "exited" }]);
    expect(rig.gateway.table.routes).toMatchObject([{ state: "stopped", upstreams: [] }]);

    await rig.desire(pod, "running");
    await rig.reaches(pod, "running");
    expect(rig.gateway.table.routes).toMatchObject([{ state: "serving" }]);

    await rig.desire(pod, "deleted");
    await rig.gone(pod);
    expect(rig.machine.contents(rig.installation)).toEqual([]);
    expect(rig.gateway.table.routes).toEqual([]);
    await rig.database.asSystem(async (store) => {
      expect(await store.allocations.used("local")).toEqual({ port: [], subnet: [], uid: [], public_port: [] });
      expect(await store.pods.tombstones([pod.id])).toEqual([{ pod: pod.id, keepData: false }]);
    });
  });

  it("replaces what holds a volume: never two at once, and the data stays", async () => {
    const together: number[] = [];
    rig.machine.fault = async ({ when, method, pod, unit }) => {
      if (method !== "ensure" || when !== "before" || unit !== "db" || !pod) return;
      const { units } = rig.machine.observe(rig.installation, [pod]);
      together.push(units.filter((u) => u.id.unit === "db" && u.state === "running").length);
    };
    const kept: (string | null)[] = [];
    rig.start({
      programs: {
        "postgres:17": ({ files, run }) => {
          kept.push(files.read("/data/password"));
          files.write("/data/password", run.env.PASSWORD ?? "");
          return { request: (_request, response) => void response.end("db") };
        },
      },
    });
    const pod = await rig.create("api", stack(), { password: "s3cret" });
    await rig.reaches(pod, "running");
    await rig.update(pod, stack("2"));
    await rig.reaches(pod, "running");
    expect(together).toEqual([0, 0]);
    expect(kept).toEqual([null, "s3cret"]);
    await eventually(rig, async () =>
      expect((await rig.units(pod)).map((unit) => `${unit.id.unit} ${unit.state}`).sort()).toEqual(["app running", "db running"]),
    );
  });

  it("keeps the data of a pod that is deleted without it", async () => {
    rig.start();
    const pod = await rig.create("api", stack(), { password: "s3cret" });
    await rig.reaches(pod, "running");
    await rig.desire(pod, "deleted", true);
    await rig.gone(pod);
    expect(rig.machine.contents(rig.installation)).toEqual([`volume ${pod.id}/db/data`]);
  });

  it("holds no secret in its status, its events or its row", async () => {
    rig.start();
    const pod = await rig.create("api", stack(), { password: "s3cret-of-acme" });
    await rig.reaches(pod, "running");
    const events = await rig.database.asSystem((store) => store.events.latest({}, 1000));
    expect(JSON.stringify([await rig.find(pod), events, rig.warnings])).not.toContain("s3cret-of-acme");
    expect(events.length).toBeGreaterThan(3);
  });
});
