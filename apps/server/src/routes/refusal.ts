import type { Principal } from "@agentpod/core/permission";
import type { AppDeps } from "../app-deps.ts";
import type { HttpError } from "../http-error.ts";

export interface Refusal {
  type: string;
  principal: Principal;
  source: string;
  params: Record<string, string>;
  failure: HttpError;
}

/**
 * Writes down a change that was asked for and not made. It is visible to the tenant it names only if the asker belongs
 * to that tenant; else to the asker's own where that is one, so that nobody fills a stranger's log, nor one tenant's with
 * names of another's.
 */
export async function appendRefusal(deps: Pick<AppDeps, "database">, refusal: Refusal): Promise<void> {
  const { principal, params, failure } = refusal;
  await deps.database.asSystem(async (store) => {
    const named = params.tenant === undefined ? null : await store.tenants.find(params.tenant);
    const own = principal.tenants !== "*" && principal.tenants.length === 1 ? (principal.tenants[0] ?? null) : null;
    const belongs = named !== null && (principal.tenants === "*" || principal.tenants.includes(named.id));
    await store.events.append({
      type: refusal.type,
      tenantId: belongs ? named.id : own,
      tenant: params.tenant ?? null,
      pod: params.pod ?? null,
      podId: null,
      actor: principal.actor,
      source: refusal.source,
      result: failure.status >= 500 ? "failed" : "refused",
      message: failure.body.error.message,
      data: { code: failure.error.code },
    });
  });
}
