import { randomBytes } from "node:crypto";
import { draftPod, type PodDraft } from "@agentpod/core/draft-pod";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { TemplateVersion } from "@agentpod/core/template";
import type { Tenant } from "@agentpod/core/tenant";
import type { AppDeps } from "../app-deps.ts";
import { artifactAccess } from "./artifact-access.ts";

export interface DraftRequest {
  tenant: Tenant;
  name: string;
  template?: TemplateVersion;
  inputs: Record<string, unknown>;
  spec?: unknown;
  previous?: Pod;
}

/** What is free on the machine, asked before the transaction so that none waits for it. */
export type MachineRoom = Awaited<ReturnType<AppDeps["machine"]>>;

/** Drafts a pod by the rules of core with what the database and the machine say. Throws what the rules throw. */
export async function draftForTenant(store: Store, deps: AppDeps, machine: MachineRoom, request: DraftRequest): Promise<PodDraft> {
  if (request.tenant.state !== "active") throw new AppError("conflict", `tenant ${request.tenant.name} is being deleted`);
  const artifactAllowed = await artifactAccess(store, request.tenant.id, request.spec, request.template?.template.spec);
  return draftPod(request, {
    capabilities: deps.runtime.can,
    runtimeKind: deps.runtime.kind,
    generatePassword: () => randomBytes(24).toString("base64url"),
    tenantPods: await store.pods.list({ tenant: request.tenant.name }),
    machine,
    artifactAllowed,
  });
}
