import type { HolderFact, PodFact, ReleaseFact, RevisionFact } from "@agentpod/core/clean-up-facts";
import type { CleanUpStore } from "@agentpod/core/clean-up-store";
import { and, eq, inArray, max, ne, or, sql } from "drizzle-orm";
import { artifacts } from "../schema/artifacts.ts";
import { deployments } from "../schema/deployments.ts";
import { operationSteps } from "../schema/operation-steps.ts";
import { operations } from "../schema/operations.ts";
import { podRevisions } from "../schema/pod-revisions.ts";
import { pods } from "../schema/pods.ts";
import { templateVersions } from "../schema/template-versions.ts";
import { templates } from "../schema/templates.ts";
import { tenants } from "../schema/tenants.ts";
import { tombstones } from "../schema/tombstones.ts";
import type { Tx } from "../tenant-tx.ts";
import { ownArtifacts } from "./artifact-lock.ts";
import { otherHolders } from "./other-holders.ts";

export function cleanUpStore(tx: Tx): CleanUpStore {
  const { db } = tx;
  return {
    own: () => ownArtifacts(tx),
    facts: async (except) => ({
      releases: await releasesOf(tx),
      revisions: await revisionsOf(tx),
      pods: await podsOf(tx),
      tombstones: (await db.select({ id: tombstones.podId }).from(tombstones)).map(({ id }) => id),
      holders: [...(await templatesOf(tx)), ...(await operationsOf(tx, except)), ...(await otherHolders(tx))],
      artifacts: await artifactsOf(tx),
    }),
    forget: async ({ revisions, artifacts: gone }) => {
      const these = revisions.map(({ pod, generation }) => and(eq(podRevisions.podId, pod), eq(podRevisions.generation, generation)));
      if (these.length > 0) await db.delete(podRevisions).where(or(...these));
      if (gone.length > 0) await db.delete(artifacts).where(inArray(artifacts.digest, [...gone]));
    },
    usedBy: async (tenantId, names) => {
      const records = await db
        .select({
          digests: digestsIn(sql`concat_ws(' ', ${deployments.source}, ${deployments.artifact})`),
          // What their steps have made on the way: folders that images were built from.
          made: sql<
            string[]
          >`array(select distinct m[1] from ${operationSteps} s, regexp_matches(s.outcome::text, '(sha256:[a-f0-9]{64})', 'g') m
            where s.operation_id = ${deployments}.operation_id)`,
          endedAt: sql<Date | string>`coalesce(${deployments.finishedAt}, now())`,
        })
        .from(deployments)
        .where(and(eq(deployments.tenantId, tenantId), inArray(deployments.name, [...names])));
      const used: Record<string, string> = {};
      for (const { digests, made, endedAt } of records)
        for (const digest of [...digests, ...made]) {
          const at = new Date(endedAt).toISOString();
          if (at > (used[digest] ?? "")) used[digest] = at;
        }
      return used;
    },
    letGo: async (tenantId, digests) => {
      if (digests.length === 0) return [];
      const these = inArray(artifacts.digest, [...digests]);
      await db.delete(artifacts).where(and(eq(artifacts.tenantId, tenantId), these));
      const left = new Set((await db.select({ digest: artifacts.digest }).from(artifacts).where(these)).map(({ digest }) => digest));
      return digests.filter((digest) => !left.has(digest));
    },
  };
}

/** Digests that a column names, as an array. */
const digestsIn = (column: unknown) =>
  sql<string[]>`array(select distinct m[1] from regexp_matches(${column}::text, '(sha256:[a-f0-9]{64})', 'g') m)`;

/** Of these the ones that images are built from. */
const buildsIn = (column: unknown) =>
  sql<string[]>`array(select distinct b #>> '{}' from jsonb_path_query(${column}, '$.units[*].build.artifact') b)`;

async function releasesOf({ db }: Tx): Promise<ReleaseFact[]> {
  const { tenantId, tenant, name, number, state, source, artifact, podId, buildPodId, generation, finishedAt } = deployments;
  const columns = { tenantId, tenant, name, number, state, source, artifact, podId, buildPodId, generation, finishedAt };
  const rows = await db
    .select({ ...columns, operationId: deployments.operationId, operation: operations.state })
    .from(deployments)
    .leftJoin(operations, eq(operations.id, deployments.operationId));
  return rows.map(({ operationId, operation, finishedAt: ended, ...row }) => {
    // An operation that was ended in the queue, or given up, has not said so in the record, and is forgotten after a while.
    const isOver = operationId !== null && !["queued", "running"].includes(operation ?? "forgotten");
    const isGivenUp = ["queued", "running"].includes(row.state) && isOver;
    return { ...row, state: isGivenUp ? "failed" : row.state, finishedAt: ended?.toISOString() ?? null };
  });
}

const revisionsOf = async ({ db }: Tx): Promise<RevisionFact[]> =>
  db
    .select({
      pod: podRevisions.podId,
      generation: podRevisions.generation,
      digests: digestsIn(sql`${podRevisions.spec}::text || ${podRevisions.inputs}`),
      builds: buildsIn(podRevisions.spec),
    })
    .from(podRevisions);

async function podsOf({ db }: Tx): Promise<PodFact[]> {
  const rows = await db
    .select({
      pod: pods.id,
      tenant: tenants.name,
      name: pods.name,
      generation: pods.generation,
      digests: digestsIn(sql`${pods.spec}::text || ${pods.inputs}`),
      builds: buildsIn(pods.spec),
      isIdle: sql<boolean>`${pods.desired} = 'stopped' and ${pods.held} is null and ${pods.status}->>'phase' = 'stopped'`,
      usedAt: pods.updatedAt,
    })
    .from(pods)
    .innerJoin(tenants, eq(tenants.id, pods.tenantId));
  return rows.map(({ usedAt, ...row }) => ({ ...row, usedAt: usedAt.toISOString() }));
}

async function templatesOf({ db }: Tx): Promise<HolderFact[]> {
  const rows = await db
    .select({ name: templates.name, digests: digestsIn(templateVersions.template) })
    .from(templateVersions)
    .innerJoin(templates, eq(templates.id, templateVersions.templateId));
  return rows.flatMap(({ name, digests }) => digests.map((digest) => ({ digest, by: "template" as const, name })));
}

/** What operations under way were asked for, and what their steps have given so far. */
async function operationsOf({ db }: Tx, except: string | undefined): Promise<HolderFact[]> {
  const open = and(inArray(operations.state, ["queued", "running"]), except === undefined ? undefined : ne(operations.id, except));
  const asked = await db
    .select({ name: operations.kind, digests: digestsIn(operations.input) })
    .from(operations)
    .where(open);
  const given = await db
    .select({ name: operations.kind, digests: digestsIn(operationSteps.outcome) })
    .from(operationSteps)
    .innerJoin(operations, eq(operations.id, operationSteps.operationId))
    .where(open);
  return [...asked, ...given].flatMap(({ name, digests }) => digests.map((digest) => ({ digest, by: "operation" as const, name })));
}

async function artifactsOf({ db }: Tx) {
  const rows = await db
    .select({ digest: artifacts.digest, bytes: max(artifacts.bytes), givenAt: max(artifacts.givenAt) })
    .from(artifacts)
    .groupBy(artifacts.digest);
  return rows.map(({ digest, bytes, givenAt }) => ({ digest, bytes: Number(bytes ?? 0), givenAt: (givenAt ?? new Date()).toISOString() }));
}
