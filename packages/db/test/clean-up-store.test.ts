import { randomUUID } from "node:crypto";
import { standardCleanUpPolicy } from "@agentpod/core/clean-up";
import { planCleanUp } from "@agentpod/core/plan-clean-up";
import type { Pod } from "@agentpod/core/pod";
import { podSpec } from "@agentpod/core/pod-spec";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../src/testing/scratch-database.ts";
import { exampleDeployment, exampleOperation, exampleTemplate, newPod, newTenant } from "./fixture.ts";

let scratch: ScratchDatabase;
let tenant: Tenant;
let pod: Pod;
const system = <T>(work: (store: Store) => Promise<T>): Promise<T> => scratch.database.asSystem(work);
const digest = (n: number): string => `sha256:${String(n).padStart(64, "0")}`;
const give = (n: number) => system((s) => s.artifacts.insert({ digest: digest(n), tenant: tenant.id, bytes: n }));
const facts = () => system((s) => s.cleanUp.facts());
const specOf = (code: number, build: number | null = null) =>
  podSpec.parse({
    units: [
      { name: "app", image: "node:24", code: { artifact: digest(code), path: "/app" } },
      ...(build === null ? [] : [{ name: "built", build: { artifact: digest(build) } }]),
    ],
  });

beforeAll(async () => {
  scratch = await scratchDatabase(inject("serverUrl"));
  tenant = await newTenant(scratch.database, "acme");
  pod = await newPod(scratch.database, tenant, "web");
});
afterAll(() => scratch?.drop());

describe("P16 what the database knows for a clean-up", () => {
  it("pods, what they were, and which digests each names", async () => {
    const write = (code: number, build: number) =>
      system((s) =>
        s.pods.updateSpec(pod.id, { spec: specOf(code, build), inputs: { seed: digest(33) }, template: null, actor: "token:test" }),
      );
    await write(1, 2);
    await write(3, 4);
    const found = await facts();
    expect(found.revisions.map(({ generation, digests, builds }) => [generation, digests.toSorted(), builds])).toEqual([
      [1, [], []],
      [2, [digest(1), digest(2), digest(33)], [digest(2)]],
      [3, [digest(3), digest(4), digest(33)], [digest(4)]],
    ]);
    expect(found.pods).toMatchObject([{ pod: pod.id, tenant: "acme", name: "web", generation: 3, builds: [digest(4)], isIdle: false }]);
    await system((s) => s.cleanUp.forget({ revisions: [{ pod: pod.id, generation: 2 }], artifacts: [] }));
    expect((await facts()).revisions.map(({ generation }) => generation)).toEqual([1, 3]);
  });

  it("whatever names a digest holds it: templates, operations under way, any table that nobody foresaw", async () => {
    await system(async (s) => {
      await s.templates.apply(
        null,
        { ...exampleTemplate(), spec: { units: [{ name: "x", image: "x", code: { artifact: digest(5) } }] } },
        "test",
      );
      await s.settings.set("something", { of: [digest(6)] }, "test");
      await s.events.append({
        ...{ type: "artifact.uploaded", tenantId: tenant.id, tenant: "acme", pod: null, podId: null, actor: "token:test", source: null },
        ...{ result: "ok", message: "", data: { digest: digest(7) } },
      });
    });
    const operation = async (n: number, ends: boolean) => {
      const asked = { ...exampleOperation(tenant, [], "pod.greet"), input: { code: digest(n) } };
      await system((s) => s.operations.insert(asked));
      if (ends) await system((s) => s.operations.cancel(asked.id, "token:test"));
    };
    await operation(8, false);
    await operation(9, true);
    const { holders } = await facts();
    expect(holders.map(({ digest: of, by, name }) => `${Number(of.slice(7))} ${by} ${name}`).toSorted()).toEqual([
      "5 template shop",
      "6 table settings",
      "8 operation pod.greet",
    ]);
  });

  it("what an application ran from: its sources, what was built, and what the steps of its own deployments have made", async () => {
    const deployed = async (name: string, source: number, made: number) => {
      const asked = exampleOperation(tenant, [], `deploy.${name}`);
      const deployment = { ...exampleDeployment(pod), name, source: digest(source) };
      await system(async (s) => {
        await s.operations.insert(asked);
        await s.deployments.insert(deployment);
        await s.deployments.setOperation(deployment.id, asked.id);
        await s.operations.claim("here", [], { [asked.kind]: 1 }, 60);
        const hold = { id: asked.id, owner: "here", epoch: (await s.operations.take(asked.id, "here", 60))?.epoch ?? 0 };
        await s.operations.beginStep(hold, { seq: 1, name: "contexts", subject: null, message: "Packing." });
        await s.operations.endStep(hold, 1, { is: "done", value: { web: digest(made) } }, null);
      });
    };
    await deployed("one", 40, 41);
    await deployed("two", 42, 43);
    const used = (...names: string[]) => system(async (s) => Object.keys(await s.cleanUp.usedBy(tenant.id, names)).toSorted());
    expect(await used("one")).toEqual([digest(40), digest(41)]);
    expect(await used("two")).toEqual([digest(42), digest(43)]);
    expect(await used("one", "two")).toEqual([40, 41, 42, 43].map(digest));
    await system((s) => Promise.all(["one", "two"].map((name) => s.deployments.deleteAll(tenant.id, name))));
  });

  it("an artifact that is given again is young again; of several tenants' the youngest counts", async () => {
    await give(20);
    const before = (await facts()).artifacts.find((one) => one.digest === digest(20));
    await give(20);
    const again = (await facts()).artifacts.find((one) => one.digest === digest(20));
    expect(Date.parse(again?.givenAt ?? "")).toBeGreaterThan(Date.parse(before?.givenAt ?? ""));
    const other = await newTenant(scratch.database, "bolts");
    await system((s) => s.artifacts.insert({ digest: digest(20), tenant: other.id, bytes: 20 }));
    expect((await facts()).artifacts.filter((one) => one.digest === digest(20))).toMatchObject([{ bytes: 20 }]);
    await system((s) => s.cleanUp.forget({ revisions: [], artifacts: [digest(20), digest(404)] }));
    expect((await facts()).artifacts.filter((one) => one.digest === digest(20))).toEqual([]);
  });

  it("nobody begins to use an artifact while it is taken away, and what was begun before is seen", async () => {
    await give(30);
    const later = new Date(Date.now() + 48 * 3_600_000);
    const plan = async (s: Store) => {
      const known = await s.cleanUp.facts();
      const artifacts = known.artifacts.map((one) => ({ ...one, fileAt: null }));
      const { goes } = planCleanUp({ ...known, artifacts, uploads: [], images: [], volumeBytes: new Map() }, standardCleanUpPolicy, later);
      return goes.filter(({ kind }) => kind === "artifact").map(({ id }) => id);
    };
    const order: string[] = [];
    const deploy = (hold: Promise<void>) =>
      scratch.database.asTenants([tenant.id], async (s) => {
        const isThere = await s.artifacts.allowed(digest(30), tenant.id);
        order.push(`looked: ${isThere}`);
        await hold;
        if (!isThere) return;
        await s.deployments.insert({ ...exampleDeployment(pod), id: randomUUID(), name: "shop", source: digest(30) });
        order.push("deployed");
      });
    const clean = () =>
      system(async (s) => {
        await s.cleanUp.own();
        const gone = await plan(s);
        order.push(`takes 30: ${gone.includes(digest(30))}`);
        await s.cleanUp.forget({ revisions: [], artifacts: gone });
      });
    // Looked for first: the clean-up waits, and then sees the deployment.
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const deploying = deploy(held);
    await vi.waitFor(() => expect(order).toEqual(["looked: true"]), { timeout: 60_000 });
    const cleaning = clean();
    await waiting();
    go();
    await Promise.all([deploying, cleaning]);
    expect(order).toEqual(["looked: true", "deployed", "takes 30: false"]);
    // Taken away first: who looks for it waits, and does not find it.
    await system((s) => s.deployments.deleteAll(tenant.id, "shop"));
    order.length = 0;
    let looking: Promise<void> = Promise.resolve();
    await system(async (s) => {
      await s.cleanUp.own();
      const gone = await plan(s);
      expect(gone).toContain(digest(30));
      looking = deploy(Promise.resolve());
      await waiting();
      await s.cleanUp.forget({ revisions: [], artifacts: gone });
    });
    await looking;
    expect(order).toEqual(["looked: false"]);
  });
});

/** Until a transaction waits for another's lock. */
async function waiting(): Promise<void> {
  const client = new pg.Client({ connectionString: scratch.ownerUrl });
  await client.connect();
  const mine =
    "select count(*)::int as n from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())";
  try {
    await vi.waitFor(async () => expect((await client.query(mine)).rows[0].n).toBeGreaterThan(0), { timeout: 60_000 });
  } finally {
    await client.end();
  }
}
