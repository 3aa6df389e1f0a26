import { randomUUID } from "node:crypto";
import { type MetricRange, metricRanges, metricTiers, rangeOf } from "@agentpod/core/metric";
import { podSpec } from "@agentpod/core/pod-spec";
import { scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { startTestPostgres } from "@agentpod/db/testing/test-postgres";
import pg from "pg";
import { round, type Table } from "./table.ts";

export const title = "Metrics of 50 pods over 30 days";

const pods = 50;
const times = 50;

export async function run(): Promise<Table> {
  const server = await startTestPostgres();
  const scratch = await scratchDatabase(server.ownerUrl);
  const system = new pg.Client({ connectionString: scratch.urlOf(scratch.roles.system) });
  try {
    await system.connect();
    const { database } = scratch;
    const tenant = await database.asSystem((s) => s.tenants.insert({ name: "acme", quota: {} }));
    const spec = podSpec.parse({ units: [{ name: "app", image: "node:24" }] });
    const ids = Array.from({ length: pods }, () => randomUUID());
    for (const id of ids) {
      const pod = {
        id,
        tenantId: tenant.id,
        name: `web-${id.slice(0, 8)}`,
        template: null,
        inputs: {},
        spec,
        server: "local",
        actor: "bench",
      };
      await database.asSystem((s) => s.pods.insert(pod));
    }
    const now = new Date();
    for (const { tier, seconds, slots } of metricTiers) {
      await system.query(
        `insert into agentpod.metrics (subject, tier, slot, tenant_id, at, cpu_cores, cpu_cores_max, memory_bytes, memory_bytes_max, network_in_bytes)
         select p::text, $2, (step % $4)::int, $5, to_timestamp(step * $3::bigint), random(), random(), 1e8, 2e8, 5000
         from unnest($1::uuid[]) p, generate_series(floor($6::float8 / $3::int)::bigint - $4::int + 1, floor($6::float8 / $3::int)::bigint) step`,
        [ids, tier, seconds, slots, tenant.id, now.getTime() / 1000],
      );
    }
    await system.query("analyze agentpod.metrics").catch(() => undefined);
    const { rows } = await system.query(
      "select count(*)::int as n, pg_size_pretty(pg_total_relation_size('agentpod.metrics')) as size from agentpod.metrics",
    );
    const timed = async (work: (i: number) => Promise<unknown>): Promise<string> => {
      const took: number[] = [];
      for (let i = 0; i < times; i++) {
        const from = performance.now();
        await work(i);
        took.push(performance.now() - from);
      }
      took.sort((a, b) => a - b);
      return `${round(took[Math.floor(times / 2)] ?? 0, 1)} ms, p95 ${round(took[Math.floor(times * 0.95)] ?? 0, 1)} ms`;
    };
    const points = async (range: MetricRange) =>
      (await database.asTenants([tenant.id], (s) => s.metrics.points(ids[0] ?? "", range, now))).length;
    const ranges: [string, string, string][] = [];
    for (const range of metricRanges) {
      const figure = await timed((i) => database.asTenants([tenant.id], (s) => s.metrics.points(ids[i % pods] ?? "", range, now)));
      ranges.push([
        `a pod's ${range}, ${await points(range)} points of ${rangeOf[range].tier.seconds} s, as its tenant`,
        figure,
        "< 50 ms",
      ]);
    }
    const values = {
      cpuCores: 1,
      cpuCoresMax: 1,
      memoryBytes: 1e8,
      memoryBytesMax: 1e8,
      memoryLimitBytes: null,
      networkInBytes: 1,
      networkOutBytes: 1,
      diskReadBytes: 1,
      diskWriteBytes: 1,
      diskUsedBytes: null,
      diskTotalBytes: null,
      connections: 0,
    };
    const samples = ids.map((subject) => ({ subject, tenantId: tenant.id, values }));
    const at = (i: number) => new Date(now.getTime() + (i + 1) * 15_000);
    const written = await timed((i) => database.asSystem((s) => s.metrics.write(samples, at(i))));
    const rolled = await timed((i) =>
      database.asSystem((s) => s.metrics.rollUp(new Date(now.getTime() + i * 60_000), new Date(now.getTime() + (i + 1) * 60_000))),
    );
    return {
      columns: ["what", "median", "target"],
      rows: [
        ["rows, and what they take with their index", `${rows[0].n}, ${rows[0].size}`, ""],
        ...ranges,
        [`one sample of ${pods} pods written (every 15 s)`, written, "< 30 ms"],
        ["a minute rolled up (every minute)", rolled, "< 50 ms"],
      ],
      notes: [`Every ring full; each figure of ${times} runs, on an embedded PostgreSQL.`],
    };
  } finally {
    await system.end();
    await scratch.drop();
    await server.stop();
  }
}
