import { createServer } from "node:net";
import { type ActionKind, actionKinds } from "@agentpod/core/action";
import type { PodView } from "@agentpod/core/api/pod-view";
import { toAppError } from "@agentpod/core/errors";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineAnswers, engineObjects } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { instancesOf } from "../src/instances.ts";
import { type KeptVersions, keptPod } from "../src/kept-pod.ts";
import { processTraces } from "../src/traces.ts";

/** Names that no other pod of this machine has: processes are told apart by them. */
const run = process.pid.toString(36);

const runtimes = [
  { runtime: "process" as const, isHere: process.platform === "linux", place: "uid" },
  { runtime: "docker" as const, isHere: engineAnswers(), place: "subnet" },
];

/** Within one walk each step needs the one before. */
const inOrder = { concurrent: false };

// Both at once: most of a walk is waiting for a supervisor that takes its time before it starts a server again.
for (const { runtime, isHere, place } of runtimes)
  describe(`P5 the server killed at every kind of step, on ${runtime}`, { concurrent: true, skip: !isHere }, () => walkAll(runtime, place));

function walkAll(runtime: "process" | "docker", place: string): void {
  let plane: Installation;
  let client: ReturnType<Installation["client"]>;
  const versions = new Map<string, KeptVersions>();
  const marks = new Map<string, string>();
  const full = (name: string): string => `w${run}${runtime[0]}${name}`;
  const wait = { timeout: 60_000, interval: 100 };

  beforeAll(async () => {
    plane = await makeInstallation(runtime);
    await plane.start();
    client = plane.client();
    await client.tenants.create({ name: "acme" });
  });
  afterAll(async () => {
    await client?.close();
    await plane?.destroy();
  });

  const view = (name: string): Promise<PodView> => client.pods.get("acme", full(name));

  /** Until it is stored: the server may die before the request, or after it and before the answer. */
  async function intend(act: () => Promise<unknown>): Promise<void> {
    let isFirst = true;
    await vi.waitFor(async () => {
      try {
        await act();
      } catch (error) {
        const isStored = !isFirst && ["conflict", "not_found"].includes(toAppError(error).code);
        isFirst = false;
        if (!isStored) throw error;
      }
    }, wait);
  }

  const create = (name: string) => {
    versions.set(name, { web: "1", keeper: "1" });
    return intend(() => client.pods.create("acme", { name: full(name), spec: keptPod(full(name)) }));
  };
  const update = (name: string, change: KeptVersions) => {
    versions.set(name, { ...versions.get(name), ...change });
    return intend(() => client.pods.update("acme", full(name), { spec: keptPod(full(name), versions.get(name)) }));
  };
  const stop = (name: string) => intend(() => client.pods.stop("acme", full(name)));
  const sleep = (name: string) => intend(() => client.pods.sleep("acme", full(name)));
  /** A visitor's request, which waits however often the server dies meanwhile. */
  const visit = async (name: string) => expect(await plane.get(`${full(name)}-acme.localhost`)).toMatchObject({ status: 200 });
  const start = (name: string) => intend(() => client.pods.start("acme", full(name)));
  const remove = (name: string) => intend(() => client.pods.delete("acme", full(name), false));

  /** What was asked is there, once, under its URL, with its data. */
  async function stands(name: string): Promise<void> {
    await vi.waitFor(async () => {
      const pod = await view(name);
      expect(pod).toMatchObject({ phase: "running", desired: "running", observedGeneration: pod.generation });
      expect(instancesOf(runtime, { id: pod.id, name: full(name) })).toEqual(["keeper running", "web running"]);
      const answer = await plane.get(`${full(name)}-acme.localhost`);
      expect(answer.status).toBe(200);
      const { mark, web, keeper } = JSON.parse(answer.body);
      expect({ web, keeper }).toEqual({ web: versions.get(name)?.web, keeper: versions.get(name)?.keeper });
      if (!marks.has(name)) marks.set(name, mark);
      expect(mark).toBe(marks.get(name));
      const { allocations } = await facts(pod.id);
      expect(allocations.map(({ kind }) => kind).sort()).toEqual(["port", "port", "public_port", place]);
    }, wait);
  }

  async function standsStopped(name: string): Promise<void> {
    await restsAs("stopped", name);
    expect(await plane.get(`${full(name)}-acme.localhost`)).toMatchObject({ status: 503 });
  }

  async function restsAs(phase: "stopped" | "sleeping", name: string): Promise<void> {
    await vi.waitFor(async () => {
      const pod = await view(name);
      expect(pod).toMatchObject({ phase, observedGeneration: pod.generation });
      expect(instancesOf(runtime, { id: pod.id, name: full(name) }).filter((line) => line.endsWith(" running"))).toEqual([]);
      const { routes } = await facts(pod.id);
      expect(routes.map(({ state }) => state)).toEqual(routes.map(() => phase));
    }, wait);
  }

  async function gone(name: string): Promise<void> {
    await vi.waitFor(async () => {
      // Not by `rejects`: of two walks at once, vitest would lay what fails meanwhile at the other's door.
      const found = await view(name).then(
        ({ phase }) => phase,
        ({ code }) => code,
      );
      expect(found).toBe("not_found");
      expect(await plane.get(`${full(name)}-acme.localhost`)).toMatchObject({ status: 404 });
      expect(instancesOf(runtime, { id: "", name: full(name) })).toEqual([]);
    }, wait);
  }

  const facts = (id: string) =>
    plane.inStore(async (store) => {
      const [found] = await store.pods.facts([id]);
      if (!found) throw new Error("the pod has no row");
      return found;
    });

  /** A stranger on the port that one of the stopped pod's units had. */
  async function squat(name: string): Promise<() => Promise<void>> {
    const { allocations } = await facts((await view(name)).id);
    const port = allocations.find((a) => a.kind === "port" && a.purpose.startsWith("keeper/"))?.value;
    const stranger = createServer();
    await new Promise<void>((resolve) => stranger.listen(port, "127.0.0.1", resolve));
    return () => new Promise((resolve) => void stranger.close(() => resolve()));
  }

  const walk: { kind: ActionKind; during: string; act(): Promise<void> }[] = [
    { kind: "save-status", during: "a create", act: () => create("a").then(() => stands("a")) },
    { kind: "allocate", during: "a create", act: () => create("b").then(() => stands("b")) },
    { kind: "prepare-pod", during: "a create", act: () => create("c").then(() => stands("c")) },
    { kind: "prepare-image", during: "a create", act: () => create("d").then(() => stands("d")) },
    { kind: "ensure-volume", during: "a create", act: () => create("e").then(() => stands("e")) },
    { kind: "create-unit", during: "an update that overlaps", act: () => update("d", { web: "2" }).then(() => stands("d")) },
    { kind: "set-route", during: "an update that overlaps", act: () => update("a", { web: "2" }).then(() => stands("a")) },
    { kind: "remove-unit", during: "an update that replaces", act: () => update("b", { keeper: "2" }).then(() => stands("b")) },
    { kind: "ensure-unit", during: "an update of both", act: () => update("c", { web: "2", keeper: "2" }).then(() => stands("c")) },
    { kind: "stop-unit", during: "a stop", act: () => stop("a").then(() => standsStopped("a")) },
    { kind: "serve-routes", during: "a start", act: () => start("a").then(() => stands("a")) },
    {
      kind: "release",
      during: "a start on a port that a stranger has taken",
      async act() {
        await stop("b");
        await standsStopped("b");
        const leave = await squat("b");
        await start("b");
        await stands("b");
        await leave();
      },
    },
    { kind: "drop-routes", during: "a delete", act: () => remove("a").then(() => gone("a")) },
    { kind: "remove-volume", during: "a delete", act: () => remove("b").then(() => gone("b")) },
    { kind: "remove-pod", during: "a delete", act: () => remove("c").then(() => gone("c")) },
    { kind: "forget", during: "a delete", act: () => remove("d").then(() => gone("d")) },
    { kind: "set-desired", during: "the end of its time to live", act: () => update("e", { ttlSeconds: 1 }).then(() => gone("e")) },
  ];

  const asleep: typeof walk = [
    { kind: "set-route", during: "falling asleep", act: () => sleep("e").then(() => restsAs("sleeping", "e")) },
    { kind: "ensure-unit", during: "a wake by a request", act: () => visit("e").then(() => stands("e")) },
    { kind: "stop-unit", during: "falling asleep", act: () => sleep("e").then(() => restsAs("sleeping", "e")) },
    { kind: "serve-routes", during: "a wake by a request", act: () => visit("e").then(() => stands("e")) },
  ];

  it("the walk has every kind of step", inOrder, () => {
    // The steps of an adoption are walked in adopt.test.ts, what a running unit is told in agent-live.test.ts.
    const elsewhere: readonly ActionKind[] = ["adopt-unit", "release-unit", "apply-live"];
    expect(walk.map(({ kind }) => kind).sort()).toEqual(actionKinds.filter((kind) => !elsewhere.includes(kind)).sort());
  });

  // What ends its time to live is asleep and awake before that.
  for (const { kind, during, act } of [...walk.slice(0, -1), ...asleep, ...walk.slice(-1)])
    it(`before and after ${kind}, in the course of ${during}`, inOrder, async () => {
      // A fresh supervisor waits least before it starts a server again.
      await restartSupervisor();
      await plane.crashAt(`before:${kind}`, `after:${kind}`);
      await act();
      expect(plane.pendingCrashes(), "crash points that were never come by").toEqual([]);
    });

  async function restartSupervisor(): Promise<void> {
    const pids = [plane.pid("gateway"), plane.pid("postgres")];
    const server = plane.pid("server");
    plane.kill("supervisor");
    await plane.start();
    expect([plane.pid("gateway"), plane.pid("postgres")]).toEqual(pids);
    expect(plane.pid("server")).not.toBe(server);
  }

  it("the supervisor itself: the next takes gateway and database over, and no pod notices", inOrder, async () => {
    await create("f");
    await stands("f");
    const runs = (await view("f")).units.map((unit) => unit.runId);
    await restartSupervisor();
    await stands("f");
    expect((await view("f")).units.map((unit) => unit.runId)).toEqual(runs);
    await remove("f");
    await gone("f");
  });

  it("leaves nothing: no object, no number, no secret, no route", inOrder, async () => {
    await vi.waitFor(() => expect(left()).toEqual([]), wait);
    const { used, table, pods } = await plane.inStore(async (store) => ({
      used: await store.allocations.used("local"),
      table: await store.routes.table(),
      pods: await store.pods.list({}),
    }));
    expect(used).toEqual({ port: [], subnet: [], uid: [], public_port: [] });
    expect(table.routes).toEqual([]);
    expect(pods).toEqual([]);
  });

  const left = (): string[] => (runtime === "docker" ? engineObjects(plane.id()) : processTraces(plane.home, plane.uids));
}
