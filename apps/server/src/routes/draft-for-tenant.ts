import { randomBytes } from "node:crypto";
import type { MachineRoom } from "@agentpod/core/admission-check";
import { type DraftRequest, draftPod, type PodDraft } from "@agentpod/core/draft-pod";
import type { Store } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";
import { artifactAccess } from "./artifact-access.ts";

/**
 * Drafts a pod by the rules of core, with what the database and the machine say. `machine` was asked before the
 * transaction, so that none waits for it. Throws what the rules throw.
 */
export async function draftForTenant(
  store: Store,
  deps: Pick<AppDeps, "runtime" | "hosts">,
  machine: MachineRoom | null,
  request: DraftRequest,
): Promise<PodDraft> {
  const artifactAllowed = await artifactAccess(store, request.tenant.id, request.spec, request.template?.template.spec, request.inputs);
  // A spec may go back to a secret that the present one does not read: what is stored counts.
  const [facts] = request.previous ? await store.pods.facts([request.previous.id]) : [];
  const storedSecrets = [...Object.keys(facts?.secrets ?? {}), ...(request.storedSecrets ?? [])];
  return draftPod(facts ? { ...request, storedSecrets } : request, {
    capabilities: deps.runtime.can,
    runtimeKind: deps.runtime.kind,
    generatePassword: () => randomBytes(24).toString("base64url"),
    tenantPods: await store.pods.list({ tenant: request.tenant.name }),
    machine,
    artifactAllowed,
    hosts: deps.hosts,
    domains: await store.domains.holdVerified(request.tenant.id),
  });
}
