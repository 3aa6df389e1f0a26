import { AppError } from "@agentpod/core/errors";
import { plan } from "@agentpod/core/plan";
import type { Runtime } from "@agentpod/core/runtime";
import type { ServerFacts } from "@agentpod/core/snapshot";
import type { Tenant } from "@agentpod/core/tenant";
import { type ScratchDatabase, scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { startTestPostgres } from "@agentpod/db/testing/test-postgres";
import { memoryGateway } from "@agentpod/gateways/memory/driver";
import { memoryRuntime } from "@agentpod/runtimes/memory/driver";
import { MemoryWorld } from "@agentpod/runtimes/memory/memory-world";
import { look, type World } from "@agentpod/server/reconciler/world";
import pg from "pg";
import { seedPods } from "./reconcile-seed.ts";
import { median, quantile, round, type Table } from "./table.ts";

export const title = "A reconcile pass with nothing to do, and the list of pods under row-level security";

const sizes = [50, 1_000, 10_000];
const passes = 9;
const tenants = 100;
const podsOfTenant = 50;
const lists = 1_000;

export async function run(): Promise<Table> {
  const server = await startTestPostgres();
  try {
    const rows: Table["rows"] = [];
    for (const size of sizes) rows.push(...(await withScratch(server.ownerUrl, (scratch) => passesOver(scratch, size))));
    rows.push(...(await withScratch(server.ownerUrl, listUnderPolicy)));
    return {
      columns: ["what", "median ms", "p95 ms", "µs per pod", "queries", "ratio"],
      rows,
      notes: [
        `A pass: one look at runtime (memory), gateway and database (real PostgreSQL), and the plan of every pod, which is empty; ${passes} passes after five to warm up. Target: 50 pods < 100 ms, cost per pod flat; ratio: cost per pod to that of ${sizes[0]} pods. Woken: the same look and plan for one pod among so many.`,
        `The list: the ${podsOfTenant} pods of one of ${tenants} tenants, whole rows, through the application role and its policies, ${lists} times; beside it the same statement as the owner without policies, on one connection, in the same run. Target: p95 < 10 ms; ratio: of the medians, transaction and tenant setting included.`,
      ],
    };
  } finally {
    await server.stop();
  }
}

async function withScratch<T>(serverUrl: string, work: (scratch: ScratchDatabase) => Promise<T>): Promise<T> {
  const scratch = await scratchDatabase(serverUrl);
  try {
    return await work(scratch);
  } finally {
    await scratch.drop();
  }
}

async function passesOver(scratch: ScratchDatabase, size: number): Promise<Table["rows"]> {
  const world = await worldOf(scratch);
  await seed(scratch, world, size, 1);
  const all = await measured(`pass over ${size.toLocaleString("en")} pods`, size, passes, () => pass(world, null, size));
  const [one] = await scratch.database.asSystem((store) => store.pods.list({}));
  const woken = await measured(`one of them woken`, 1, 10 * passes, () => pass(world, [one?.id ?? ""], 1));
  return [all, woken];
}

async function measured(what: string, pods: number, times: number, work: () => Promise<void>): Promise<Table["rows"][number]> {
  for (let warm = 0; warm < 5; warm++) await work();
  const taken: number[] = [];
  for (let n = 0; n < times; n++) taken.push(await timed(work));
  const perPod = (median(taken) * 1000) / pods;
  perPodOfFirst ??= perPod;
  const queries = await countQueries(work);
  const ratio = pods === 1 ? "" : round(perPod / perPodOfFirst, 2);
  return [what, round(median(taken), 1), round(quantile(taken, 0.95), 1), round(perPod), queries, ratio];
}

let perPodOfFirst: number | undefined;

/** What a sweep (null) or a wake-up does when all is well. */
async function pass(world: World, pods: readonly string[] | null, size: number): Promise<void> {
  const { snapshots } = await look(world, pods);
  const actions = snapshots.flatMap((snapshot) => plan(snapshot, world.clock()).actions);
  if (snapshots.length !== size || actions.length > 0)
    throw new Error(`${snapshots.length} pods, ${actions.length} actions: ${JSON.stringify(actions[0])}`);
}

async function listUnderPolicy(scratch: ScratchDatabase): Promise<Table["rows"]> {
  const world = await worldOf(scratch);
  const owners = await seed(scratch, world, tenants * podsOfTenant, tenants);
  const owner = new pg.Client({ connectionString: scratch.ownerUrl });
  await owner.connect();
  try {
    // The owner is held by the policies as well; the application role stays held.
    for (const table of ["pods", "tenants"]) await owner.query(`alter table agentpod.${table} no force row level security`);
    await owner.query("analyze agentpod.pods");
    const underPolicy = async (tenant: Tenant) => (await scratch.database.asTenants([tenant.id], (store) => store.pods.list({}))).length;
    const bare = async (tenant: Tenant) =>
      (
        await owner.query(
          `select p.*, t.name as tenant from agentpod.pods p join agentpod.tenants t on t.id = p.tenant_id where p.tenant_id = $1 order by t.name, p.name`,
          [tenant.id],
        )
      ).rows.length;
    const figures: Record<"policy" | "bare", number[]> = { policy: [], bare: [] };
    for (let n = -tenants; n < lists; n++) {
      const tenant = owners[(n + tenants) % tenants] as Tenant;
      for (const [name, list] of [
        ["policy", underPolicy],
        ["bare", bare],
      ] as const) {
        let found = 0;
        const ms = await timed(async () => {
          found = await list(tenant);
        });
        if (found !== podsOfTenant) throw new Error(`${name}: ${found} pods instead of ${podsOfTenant}`);
        if (n >= 0) figures[name].push(ms);
      }
    }
    const queries = await countQueries(() => underPolicy(owners[0] as Tenant));
    const row = (what: string, times: number[], count: number): Table["rows"][number] => [
      what,
      round(median(times), 2),
      round(quantile(times, 0.95), 2),
      round((median(times) * 1000) / podsOfTenant),
      count,
      round(median(times) / median(figures.bare), 2),
    ];
    return [row("list of 50 under policies", figures.policy, queries), row("the same, bare SQL as owner", figures.bare, 1)];
  } finally {
    await owner.end();
  }
}

async function seed(scratch: ScratchDatabase, world: World, count: number, tenantCount: number): Promise<Tenant[]> {
  const target = {
    url: scratch.urlOf(scratch.roles.system),
    runtime: world.runtime,
    server: world.server,
    taken: { port: new Set<number>(), subnet: new Set<number>(), uid: new Set<number>(), public_port: new Set<number>() },
  };
  const owners: Tenant[] = [];
  for (let t = 0; t < tenantCount; t++) {
    const tenant = await scratch.database.asTenants("*", (store) => store.tenants.insert({ name: `tenant-${t}`, quota: {} }));
    owners.push(tenant);
    await seedPods(
      target,
      tenant,
      Array.from({ length: count / tenantCount }, (_, n) => `pod-${n}`),
    );
  }
  await world.gateway.apply(await scratch.database.asSystem((store) => store.routes.table()));
  return owners;
}

async function worldOf({ database }: ScratchDatabase): Promise<World> {
  const runtime: Runtime = memoryRuntime(
    {
      installation: await database.asSystem((store) => store.settings.installation()),
      stateDir: "/nowhere",
      openArtifact: async () => Promise.reject(new AppError("not_found", "there is no artifact")),
    },
    { world: new MemoryWorld() },
  );
  const server: Omit<ServerFacts, "taken"> = {
    name: "local",
    can: runtime.can,
    addressing: "names",
    ranges: { port: { from: 20_000, to: 59_999 }, publicPort: null, subnet: { from: 0, to: 20_000 }, uid: null },
    llmUrlOf: () => "http://127.0.0.1:3000/llm",
    subnetOf: (index) => `10.${100 + (index >> 11)}.${(index >> 3) & 255}.${(index & 7) * 32}/27`,
    paths: null,
    environment: {},
    urlOf: ({ pod }) => `http://${pod.name}-${pod.tenant}.localhost:3000`,
  };
  const warn = (fields: object, message: string): never => {
    throw new Error(message, { cause: fields });
  };
  return {
    database,
    runtime,
    gateway: memoryGateway(),
    server,
    // Health is as the rows remember it: ten thousand probes are no part of a pass.
    prober: {
      track: () => undefined,
      retain: () => undefined,
      report: () => null,
      rest: async () => ({ kind: "rest", wakeAt: null }),
      stop: () => undefined,
    },
    machine: async () => null,
    serveRoutes: async () => true,
    owner: "bench",
    crash: () => undefined,
    clock: () => new Date(),
    log: { info: () => undefined, warn, error: warn },
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** Statements sent to PostgreSQL, begin and commit among them. */
async function countQueries(work: () => Promise<unknown>): Promise<number> {
  const { query } = pg.Client.prototype;
  let count = 0;
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    count++;
    return (query as (...a: unknown[]) => unknown).apply(this, args);
  } as typeof query;
  try {
    await work();
    return count;
  } finally {
    pg.Client.prototype.query = query;
  }
}
