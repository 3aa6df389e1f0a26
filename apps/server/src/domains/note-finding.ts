import type { Domain } from "@agentpod/core/domain";
import type { Store } from "@agentpod/core/store";
import type { DomainFinding } from "./check-domain.ts";

/** After so long without record and address a domain is told to be no longer shown. */
const patienceMs = 7 * 24 * 60 * 60_000;

/** Since when a verified domain has had neither, and whether that was told. */
interface Gone {
  since: string;
  told: boolean;
}

/**
 * Writes down what a look found, in one transaction of the system role. Pending and found: verified, with an event. A verified
 * one stays verified whatever is found; an event tells when it has had neither record nor address for a week. `pointsHere`
 * null: could not be seen. Twice the same, by two control planes say, gives one event. A domain that is gone has no effect.
 */
export async function noteFinding(
  store: Store,
  seen: Domain,
  finding: DomainFinding,
  pointsHere: boolean | null,
  now: Date,
): Promise<void> {
  // Takes the row's lock: whoever else notes something waits, and then sees it.
  await store.domains.noteCheck(seen.id, finding.method === null ? finding.message : "");
  const domain = await store.domains.find(seen.tenant, seen.name);
  if (domain?.id !== seen.id) return;
  if (domain.state === "pending") return finding.method === null ? undefined : verify(store, domain, finding.method);
  const key = `domain.gone:${domain.id}`;
  const gone = (await store.settings.find(key)) as Gone | null;
  if (finding.method !== null || pointsHere === true) {
    if (gone !== null) await store.settings.set(key, null, "system");
    if (finding.method === "dns" && domain.method === "http") await store.domains.markVerified(domain.id, "dns");
    else if (finding.method === null) await store.domains.noteCheck(domain.id, "");
    return;
  }
  if (!finding.isSure || pointsHere === null || gone?.told) return;
  if (gone === null) return store.settings.set(key, { since: now.toISOString(), told: false } satisfies Gone, "system");
  if (now.getTime() - Date.parse(gone.since) < patienceMs) return;
  await store.settings.set(key, { ...gone, told: true } satisfies Gone, "system");
  await tell(
    store,
    domain,
    "domain.unproven",
    "failed",
    `${domain.name} has neither its record nor points here since ${gone.since.slice(0, 10)}. ${finding.message}`,
  );
}

async function verify(store: Store, domain: Domain, method: "dns" | "http"): Promise<void> {
  await store.domains.markVerified(domain.id, method);
  await tell(store, domain, "domain.verified", "ok", `domain ${domain.name} of ${domain.tenant} verified by ${method}`, { method });
}

function tell(
  store: Store,
  domain: Domain,
  type: string,
  result: "ok" | "failed",
  message: string,
  data: Record<string, unknown> = {},
): Promise<void> {
  return store.events.append({
    type,
    tenant: domain.tenant,
    tenantId: domain.tenantId,
    pod: null,
    podId: null,
    actor: "system",
    source: null,
    result,
    message,
    data: { domain: domain.name, ...data },
  });
}
