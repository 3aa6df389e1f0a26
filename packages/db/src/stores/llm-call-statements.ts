import type { LlmCaller, LlmCallStatements } from "@agentpod/core/llm/llm-store";
import type pg from "pg";
import { databaseError } from "../database-error.ts";

/** Who counts for keys made by hand. */
export const byHand = "key";

/** The statements of every call, without a transaction around them: each costs one round trip. */
export function llmCallsOf(pool: pg.Pool): LlmCallStatements {
  const { look, openFree, settle } = llmCallStatements(pool);
  const mapped =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> =>
      call(...args).catch((error: unknown) => Promise.reject(databaseError(error)));
  return { look: mapped(look), openFree: mapped(openFree), settle: mapped(settle) };
}

/** They have names, so that they are planned once for each connection, and do not wait for the disk. */
export function llmCallStatements(client: Pick<pg.ClientBase, "query">): LlmCallStatements {
  return {
    look: async (keyId) => {
      const { rows } = await client.query<LlmCaller & { stale: boolean; version: string }>({
        name: "llm-look",
        text: lookText,
        values: [keyId],
      });
      const [row] = rows;
      if (row === undefined) return null;
      const { stale, version, ...caller } = row;
      if (stale) await client.query("update agentpod.llm_keys set last_used_at = now() where id = $1", [keyId]);
      return { caller, providersVersion: version };
    },
    openFree: async ({ id, owner, tenantId, podId, keyId, callerName, model, provider, estimate }, now) => {
      const { input, cacheRead, cacheWrite, tokens, costNano } = estimate;
      const about = [id, owner, tenantId, podId, keyId, callerName, model, provider, now.toISOString()];
      const values = [...about, tokens, costNano, input, cacheRead, cacheWrite];
      const { rowCount } = await client.query({ name: "llm-open-free", text: openText, values });
      return rowCount === 1;
    },
    settle: async ({ id, provider, tokens, costNano, outcome, isEstimated }, now) => {
      const marks = [outcome === "failed" ? 1 : 0, outcome === "aborted" ? 1 : 0, isEstimated ? 1 : 0];
      const sums = [tokens.input, tokens.output, tokens.cacheRead, tokens.cacheWrite, costNano];
      const values = [id, now.toISOString().slice(0, 10), provider, ...marks, ...sums];
      await client.query({ name: "llm-settle", text: settleText, values });
    },
  };
}

const quick = "set_config('synchronous_commit', 'off', true) is not null";

// Every change of a provider raises the highest revision, and what goes lowers the count or the sum.
const lookText = `
  select k.id as "keyId", k.hash as "keyHash", k.name as "keyName", k.tenant_id as "tenantId", t.name as tenant,
    k.pod_id as "podId", p.name as pod, k.last_used_at is null or k.last_used_at < now() - interval '1 minute' as stale,
    (select concat_ws('-', count(*), max(revision), sum(revision)) from agentpod.llm_providers) as version
  from agentpod.llm_keys k join agentpod.tenants t on t.id = k.tenant_id left join agentpod.pods p on p.id = k.pod_id
  where k.id = $1 and k.revoked_at is null and t.state = 'active' and (k.pod_id is null or p.desired <> 'deleted')`;

// Nothing has come back yet: should the control plane die now, what was put in is what is known.
const openText = `
  insert into agentpod.llm_calls (id, owner, tenant_id, pod_id, key_id, caller_name, model, provider, started_at, seen_at,
    reserved_tokens, reserved_nano, input, output, cache_read, cache_write, cost_nano)
  select $1::uuid, $2, $3::uuid, $4::uuid, $5, $6, $7, $8, $9::timestamptz, $9::timestamptz,
    $10::bigint, $11::bigint, $12::bigint, 0, $13::bigint, $14::bigint, 0
  where ${quick} and not exists (
    select from agentpod.llm_budgets where tenant_id = $3::uuid and (pod_id is null or pod_id = $4::uuid))`;

const sums = ["calls", "failed", "aborted", "estimated", "input", "output", "cache_read", "cache_write", "cost_nano"];

export const insertUsage = `insert into agentpod.llm_usage as u (day, tenant_id, caller, caller_name, model, provider, ${sums.join(", ")})`;
export const addToUsage = `on conflict (tenant_id, day, caller, caller_name, model, provider) do update set ${sums.map((column) => `${column} = u.${column} + excluded.${column}`).join(", ")}`;

const settleText = `
  with ended as (delete from agentpod.llm_calls where id = $1::uuid and ${quick} returning *)
  ${insertUsage} select $2::date, tenant_id, coalesce(pod_id::text, '${byHand}'), caller_name, model, $3,
    1, $4::int, $5::int, $6::int, $7::bigint, $8::bigint, $9::bigint, $10::bigint, $11::bigint
  from ended ${addToUsage}`;
