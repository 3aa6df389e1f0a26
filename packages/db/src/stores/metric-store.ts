import {
  type MetricPoint,
  type MetricTier,
  type MetricValues,
  metricTiers,
  platformSubjects,
  rangeOf,
  slotOf,
  stepOf,
  stepsEnded,
} from "@agentpod/core/metric";
import type { MetricStore } from "@agentpod/core/metric-store";
import { and, asc, eq, gte, lt, lte, notInArray, sql } from "drizzle-orm";
import { metrics } from "../schema/metrics.ts";
import { pods } from "../schema/pods.ts";
import type { Tx } from "../tenant-tx.ts";

const setting = "metrics.rolled_up_to";
const monthMs = 2_592_000_000;

export function metricStore({ db }: Tx): MetricStore {
  return {
    points: async (subject, range, now) => {
      const { tier, seconds } = rangeOf[range];
      const rows = await db
        .select()
        .from(metrics)
        .where(
          and(
            eq(metrics.subject, subject),
            eq(metrics.tier, tier.tier),
            // A slot that did not come round still holds what is too old.
            gte(metrics.at, new Date(now.getTime() - seconds * 1000)),
            lte(metrics.at, now),
          ),
        )
        .orderBy(asc(metrics.at));
      return rows.map(pointOf);
    },
    latest: async (now) => {
      const tier = metricTiers[0];
      const steps = [0, 1, 2, 3].map((back) => stepOf(new Date(now.getTime() - back * tier.seconds * 1000), tier));
      const subjects = [...(await db.select({ id: pods.id }).from(pods)).map(({ id }) => id), ...platformSubjects];
      const { rows } = await db.execute<{ subject: string; slot: number }>(sql`
        select distinct on (m.subject) m.subject, m.slot from unnest(${sql.param(subjects)}::text[]) as s(subject)
        join ${metrics} m on m.subject = s.subject and m.tier = 0 and m.slot = any (${sql.param(steps.map((step) => slotOf(step, tier)))}::int[])
        where m.at >= ${steps.at(-1)?.toISOString()}::timestamptz order by m.subject, m.at desc`);
      if (rows.length === 0) return [];
      const found = await db
        .select()
        .from(metrics)
        .where(
          and(eq(metrics.tier, 0), sql`(${metrics.subject}, ${metrics.slot}) in ${rows.map((row) => sql`(${row.subject}, ${row.slot})`)}`),
        );
      return found.map((row) => ({ subject: row.subject, ...pointOf(row) }));
    },
    write: async (samples, at) => {
      const tier = metricTiers[0];
      const step = stepOf(at, tier);
      if (samples.length === 0) return;
      const rows = samples.map(({ subject, tenantId, values }) => ({
        subject,
        tenant_id: tenantId,
        ...Object.fromEntries(figures.map((column) => [column, values[camel(column)]])),
      }));
      // One parameter, however many pods: a thousand of them would cost more than the writing.
      await db.execute(sql`
        insert into ${metrics} (subject, tier, slot, tenant_id, at, ${figureList})
        select r.subject, 0, ${slotOf(step, tier)}, r.tenant_id, ${step.toISOString()}::timestamptz, ${sql.raw(figures.map((column) => `r.${column}`).join(", "))}
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as r(subject text, tenant_id uuid, ${sql.raw(figures.map((column) => `${column} float8`).join(", "))})
        on conflict (subject, tier, slot) do update set ${replaced} where ${metrics}.at < excluded.at`);
    },
    rollUp: async (before, now) => {
      for (const tier of metricTiers) {
        if (tier.tier === 0) continue;
        for (const step of stepsEnded(tier, before, now)) await rollUpStep(db, tier, step);
      }
      const value = JSON.stringify(now.toISOString());
      await db.execute(sql`insert into agentpod.settings (key, value, actor) values (${setting}, ${value}::jsonb, 'system')
        on conflict (key) do update set value = excluded.value, updated_at = now()`);
    },
    rolledUpTo: async () => {
      const { rows } = await db.execute<{ at: string }>(sql`select value #>> '{}' as at from agentpod.settings where key = ${setting}`);
      return rows[0] === undefined ? null : new Date(rows[0].at);
    },
    prune: async (now) => {
      await db.delete(metrics).where(lt(metrics.at, new Date(now.getTime() - monthMs)));
      await db
        .delete(metrics)
        .where(
          and(
            notInArray(metrics.subject, [...platformSubjects]),
            sql`not exists (select from ${pods} p where p.id::text = ${metrics.subject})`,
          ),
        );
    },
  };
}

/** Every column of a step but its place. */
const figures = [
  "cpu_cores",
  "cpu_cores_max",
  "memory_bytes",
  "memory_bytes_max",
  "memory_limit_bytes",
  "network_in_bytes",
  "network_out_bytes",
  "disk_read_bytes",
  "disk_write_bytes",
  "disk_used_bytes",
  "disk_total_bytes",
  "connections",
] as const;

const camel = (column: string) => column.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof MetricValues;
const figureList = sql.raw(figures.join(", "));
const replaced = sql.raw(["at", "tenant_id", ...figures].map((column) => `${column} = excluded.${column}`).join(", "));
const averages = sql.raw(figures.map((column) => `${column.endsWith("_max") ? "max" : "avg"}(m.${column})`).join(", "));

async function rollUpStep(db: Tx["db"], tier: MetricTier, step: Date): Promise<void> {
  const finer = metricTiers[tier.tier - 1] as MetricTier;
  const end = new Date(step.getTime() + tier.seconds * 1000);
  const slots = Array.from({ length: tier.seconds / finer.seconds }, (_, i) =>
    slotOf(new Date(step.getTime() + i * finer.seconds * 1000), finer),
  );
  // By subject first: the primary key then leads to each one's few rows.
  await db.execute(sql`
    insert into ${metrics} (subject, tier, slot, tenant_id, at, ${figureList})
    select m.subject, ${tier.tier}, ${slotOf(step, tier)}, m.tenant_id, ${step.toISOString()}::timestamptz, ${averages}
    from (select id::text as subject from ${pods} union all select unnest(${sql.param([...platformSubjects])}::text[])) s
    join ${metrics} m on m.subject = s.subject and m.tier = ${finer.tier} and m.slot = any (${sql.param(slots)}::int[])
      and m.at >= ${step.toISOString()}::timestamptz and m.at < ${end.toISOString()}::timestamptz
    group by m.subject, m.tenant_id
    on conflict (subject, tier, slot) do update set ${replaced}`);
}

const pointOf = ({ subject: _, tier: __, slot: ___, tenantId: ____, at, ...values }: typeof metrics.$inferSelect): MetricPoint => ({
  at: at.toISOString(),
  ...values,
});
