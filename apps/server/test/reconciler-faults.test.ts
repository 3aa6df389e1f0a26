import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { Database } from "@agentpod/core/store";
import { memoryRuntime } from "@agentpod/runtimes/memory/driver";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { eventually, openRig, type Rig } from "./reconciler-rig.ts";
import { stack, web } from "./reconciler-specs.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await openRig(inject("serverUrl"));
});
afterEach(() => rig.close());

/** The same database, whose notifications never come. */
function deaf(database: Database): Database {
  return {
    ...database,
    async *listen(_channel, signal) {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    },
  };
}

/** Ends every connection of the serving system role, as a restart of the database would. */
async function cutConnections(): Promise<number> {
  const client = new pg.Client({ connectionString: rig.scratch.urlOf(rig.scratch.roles.system) });
  await client.connect();
  try {
    const { rows } = await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()",
    );
    return rows.length;
  } finally {
    await client.end();
  }
}

const condition = async (pod: Parameters<Rig["find"]>[0], type: string) =>
  (await rig.find(pod))?.status.conditions.find((one) => one.type === type);

describe("P5 wake-ups that are lost", () => {
  it("a sweep finds what no notification told of", async () => {
    const { reconciler } = rig.start({ database: deaf(rig.database) });
    const pod = await rig.create("web", web());
    await reconciler.now();
    await rig.reaches(pod, "running");
    await rig.desire(pod, "deleted");
    await reconciler.now();
    await rig.gone(pod);
  });

  it("connections of the database that are cut: it listens again, and sweeps", async () => {
    const plane = rig.start();
    const before = await rig.create("before", web());
    await rig.reaches(before, "running");
    expect(await cutConnections()).toBeGreaterThan(1);
    const after = await rig.create("after", web());
    await rig.reaches(after, "running");
    // It listens again: without a sweep in between, the next intent is heard of.
    await eventually(rig, async () => {
      const { rows } = await asSystemRole(
        "select 1 from pg_stat_activity where application_name = 'agentpod listen' and datname = current_database()",
      );
      expect(rows).toHaveLength(1);
    });
    await plane.reconciler.now();
    await rig.desire(after, "stopped");
    await rig.reaches(after, "stopped");
    expect(await rig.units(before)).toMatchObject([{ state: "running" }]);
  });
});

async function asSystemRole(sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: rig.scratch.urlOf(rig.scratch.roles.system) });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

describe("P5 A5 a runtime or gateway that is away", () => {
  it("nothing is done or thought lost while the runtime does not answer, and all goes on when it is back", async () => {
    const { reconciler } = rig.start();
    const pod = await rig.create("api", stack(), { password: "s3cret" });
    await rig.reaches(pod, "running");
    const before = await rig.units(pod);
    rig.machine.lose();
    await eventually(rig, async () => {
      await reconciler.now();
      expect(await condition(pod, "RuntimeAnswers")).toMatchObject({ status: "false", fault: "system" });
    });
    expect((await rig.find(pod))?.status.phase).toBe("unknown");
    await rig.desire(pod, "stopped");
    rig.machine.restore();
    expect(await rig.units(pod)).toEqual(before);
    await rig.reaches(pod, "stopped");
    await rig.desire(pod, "running");
    await rig.reaches(pod, "running");
    expect((await rig.find(pod))?.status.failures).toEqual({});
  });

  it("a start whose answer was lost is not a second start", async () => {
    let lost = 0;
    rig.machine.fault = ({ when, method }) => {
      if (when === "after" && method === "ensure" && lost++ === 0) throw new AppError("unavailable", "the connection broke");
    };
    rig.start();
    const pod = await rig.create("web", web());
    const running = await rig.reaches(pod, "running");
    expect(running.status.units).toMatchObject([{ restarts: 0 }]);
    expect(lost).toBe(1);
  });

  it("a reboot of the machine brings every pod back", async () => {
    rig.start();
    const pod = await rig.create("api", stack(), { password: "s3cret" });
    await rig.reaches(pod, "running");
    rig.machine.reboot();
    await eventually(rig, async () =>
      expect((await rig.find(pod))?.status).toMatchObject({ phase: "running", units: [{ restarts: 1 }, { restarts: 1 }] }),
    );
  });

  it("the gateway away: a pod comes up, and is served when the gateway is back", async () => {
    const { reconciler } = rig.start();
    rig.gateway.leave();
    const pod = await rig.create("web", web());
    await eventually(rig, async () => {
      await reconciler.now();
      expect((await rig.find(pod))?.status.units).toMatchObject([{ health: "healthy" }]);
    });
    expect(await condition(pod, "Routed")).toMatchObject({ status: "unknown" });
    expect(rig.gateway.table.routes).toEqual([]);
    rig.gateway.comeBack();
    await eventually(rig, async () => {
      await reconciler.now();
      expect(rig.gateway.table.routes).toMatchObject([{ state: "serving" }]);
    });
    await rig.reaches(pod, "running");
  });
});

describe("A5 a unit that cannot run", () => {
  it("that exits at once is tried again, ever later, and after three times someone is told", async () => {
    const { reconciler } = rig.start({
      programs: {
        "*": (unit) => {
          unit.exit(3);
          return {};
        },
      },
    });
    const pod = await rig.create("web", web());
    await eventually(rig, async () => {
      rig.ahead.seconds += 1;
      reconciler.wake(pod.id);
      expect(await condition(pod, "CrashLoop")).toMatchObject({ status: "true", fault: "user" });
    });
    const now = await rig.find(pod);
    expect(now?.status.phase).toBe("failing");
    expect(now?.status.failures.app?.count).toBeGreaterThanOrEqual(3);
    expect(await condition(pod, "CrashLoop")).toMatchObject({ message: expect.stringContaining("exit code 3") });
    const events = await rig.database.asSystem((store) => store.events.latest({ pod: "web", tenant: "acme" }, 100));
    expect(events.filter((event) => event.type === "pod.alert")).toHaveLength(1);
    await rig.desire(pod, "deleted");
    await rig.gone(pod);
  });

  it("whose image cannot be had is the user's to mend, and is not tried for ever", async () => {
    let asked = 0;
    rig.machine.fault = ({ when, method }) => {
      if (when !== "before" || method !== "prepareImage") return;
      asked++;
      throw new AppError("not_found", "There is no image node:24; check its name.");
    };
    const { reconciler } = rig.start();
    const pod = await rig.create("web", web());
    await rig.reaches(pod, "failing");
    expect(await condition(pod, "Prepared")).toMatchObject({ status: "false", fault: "user", message: expect.stringContaining("node:24") });
    const tries = asked;
    rig.ahead.seconds += 3600;
    await reconciler.now();
    await reconciler.now();
    expect(asked).toBe(tries);
    rig.machine.fault = null;
    await rig.update(pod, web("2"));
    await rig.reaches(pod, "running");
  });

  it("whose port a stranger holds gets another", async () => {
    rig.start();
    const pod = await rig.create("web", web());
    await rig.reaches(pod, "running");
    const ports = async () => (await rig.database.asSystem((store) => store.allocations.used("local"))).port;
    const [port] = await ports();
    await rig.desire(pod, "stopped");
    await rig.reaches(pod, "stopped");
    rig.machine.strangersPorts.add(port ?? 0);
    await rig.desire(pod, "running");
    await rig.reaches(pod, "running");
    const now = await ports();
    expect(now).toHaveLength(1);
    expect(now).not.toEqual([port]);
  });

  it("beside an old one that serves: a candidate the gateway cannot reach is not switched to", async () => {
    const { reconciler } = rig.start();
    const pod = await rig.create("web", web());
    await rig.reaches(pod, "running");
    const [old] = await rig.units(pod);
    let asked = 0;
    rig.gateway.answerProbe = () => {
      asked++;
      return 502;
    };
    await rig.update(pod, web("2"));
    await eventually(rig, async () => expect((await rig.find(pod))?.status.failures.app).toMatchObject({ reason: "candidate" }));
    await reconciler.now();
    expect(rig.gateway.table.routes[0]?.upstreams[0]?.id).toContain(old?.id.revision);
    expect(await rig.units(pod)).toHaveLength(2);
    expect((await rig.find(pod))?.status.failures.app?.count).toBe(asked);
    expect(asked).toBeLessThan(5);
    rig.gateway.answerProbe = () => 200;
    await eventually(rig, async () => {
      rig.ahead.seconds += 1;
      reconciler.wake(pod.id);
      expect(await rig.units(pod)).toHaveLength(1);
    });
    await rig.reaches(pod, "running");
  });

  it("an old one with open connections stays until they are done, and no longer than its time", async () => {
    const { reconciler } = rig.start();
    const pod = await rig.create("web", web());
    await rig.reaches(pod, "running");
    const [old] = await rig.units(pod);
    rig.gateway.setLoad(`${pod.id}/app/${old?.id.revision}`, { upgraded: 1 });
    await rig.update(pod, { ...web("2"), routes: [{ unit: "app", port: "http", drainSeconds: 3600 }] });
    await rig.reaches(pod, "running");
    await reconciler.now();
    expect(await rig.units(pod)).toHaveLength(2);
    rig.ahead.seconds = 3601;
    await eventually(rig, async () => {
      reconciler.wake(pod.id);
      expect(await rig.units(pod)).toHaveLength(1);
    });
  });
});

describe("P5 what no row is left of", () => {
  it("is removed where there is a tombstone, and only reported where there is none", async () => {
    const runtime = memoryRuntime(
      { installation: rig.installation, stateDir: "/nowhere", openArtifact: async () => Promise.reject(new Error("none")) },
      { world: rig.machine },
    );
    const scope = (pod: string) => ({ pod, tenant: "acme", name: "x", subnet: null, uid: null, egress: "open" as const });
    const leave = async (pod: string): Promise<void> => {
      await runtime.preparePod(scope(pod));
      await runtime.ensureVolume({ pod, unit: "db", volume: "data" }, scope(pod));
    };
    const dead = await rig.create("dead", web());
    const kept = await rig.create("kept", web());
    await rig.desire(kept, "deleted", true);
    await rig.database.asSystem(async (store) => {
      await store.pods.forget(dead.id);
      await store.pods.forget(kept.id);
    });
    const stranger = randomUUID();
    for (const pod of [dead.id, kept.id, stranger]) await leave(pod);

    const { reconciler } = rig.start();
    await reconciler.now();
    expect(rig.machine.contents(rig.installation).sort()).toEqual(
      [`pod ${stranger}`, `volume ${kept.id}/db/data`, `volume ${stranger}/db/data`].sort(),
    );
    expect(reconciler.unknownPods()).toEqual([stranger]);
  });
});
