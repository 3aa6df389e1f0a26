import { randomUUID } from "node:crypto";
import { type CreatePodRequest, parseTemplateReference } from "@agentpod/core/api/pod-request";
import type { PodDraft } from "@agentpod/core/draft-pod";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import type { AppDeps } from "../app-deps.ts";
import { type DraftRequest, draftForTenant, type MachineRoom } from "./draft-for-tenant.ts";
import { withPodHosts } from "./pod-hosts.ts";

/** Who writes, and by what. */
export interface Writer {
  store: Store;
  deps: AppDeps;
  actor: string;
  machine: MachineRoom;
}

/** Writes a new pod's rows: the reconciler does the rest. */
export async function createPod(writer: Writer, tenant: Tenant, asked: CreatePodRequest): Promise<Pod> {
  const { store, deps, actor } = writer;
  if (asked.template === undefined && asked.spec === undefined) {
    throw new AppError("invalid", "give a template or a spec", {
      issues: [{ path: "template", expected: "a template name, or a spec instead" }],
    });
  }
  const request: DraftRequest = { tenant, name: asked.name, inputs: asked.inputs ?? {} };
  if (asked.template !== undefined) request.template = await findTemplate(store, tenant, asked.template);
  if (asked.spec !== undefined) request.spec = asked.spec;
  const draft = await draftForTenant(store, deps, writer.machine, request);
  const { template, inputs, spec } = draft;
  const pod = await store.pods.insert({
    id: randomUUID(),
    tenantId: tenant.id,
    name: draft.name,
    template,
    inputs,
    spec,
    server: "local",
    actor,
  });
  await writeParts(writer, pod, draft, []);
  return pod;
}

export interface PodChange {
  template?: string | undefined;
  inputs?: Record<string, unknown> | undefined;
  spec?: unknown;
  generation?: number | undefined;
}

/** Writes a pod's next generation. Inputs are merged over those it has; `null` takes one away. */
export async function updatePod(writer: Writer, tenant: Tenant, pod: Pod, change: PodChange): Promise<Pod> {
  const { store, deps } = writer;
  const merged = Object.fromEntries(Object.entries({ ...pod.inputs, ...change.inputs }).filter(([, value]) => value !== null));
  const request: DraftRequest = { tenant, name: pod.name, inputs: merged, previous: pod };
  const reference = change.template ?? (pod.template === null ? undefined : `${pod.template.name}@${pod.template.version}`);
  if (change.spec !== undefined) request.spec = change.spec;
  else if (reference !== undefined) request.template = await findTemplate(store, tenant, reference);
  else request.spec = pod.spec;
  const draft = await draftForTenant(store, deps, writer.machine, request);
  return saveDraft(writer, pod, draft, { template: draft.template, inputs: draft.inputs }, change.generation);
}

/** Writes an earlier generation's spec as the next one, after the rules of today. */
export async function rollBackPod(writer: Writer, tenant: Tenant, pod: Pod, generation: number): Promise<Pod> {
  const revisions = await writer.store.pods.revisions(pod.id);
  const revision = revisions.find((entry) => entry.generation === generation);
  if (revision === undefined) {
    const known = revisions.map((entry) => entry.generation).join(", ");
    throw new AppError("not_found", `there is no revision ${generation}; there are ${known}`, {
      issues: [{ path: "generation", expected: `one of ${known}` }],
    });
  }
  const request = { tenant, name: pod.name, inputs: {}, spec: revision.spec, previous: pod };
  const draft = await draftForTenant(writer.store, writer.deps, writer.machine, request);
  return saveDraft(writer, pod, draft, { template: revision.template, inputs: revision.inputs }, undefined);
}

async function saveDraft(
  writer: Writer,
  pod: Pod,
  draft: PodDraft,
  origin: Pick<Pod, "template" | "inputs">,
  expectedGeneration: number | undefined,
): Promise<Pod> {
  if (pod.desired === "deleted") throw new AppError("conflict", `${pod.tenant}/${pod.name} is being deleted`);
  const [facts] = await writer.store.pods.facts([pod.id]);
  const updated = await writer.store.pods.updateSpec(pod.id, {
    spec: draft.spec,
    ...origin,
    actor: writer.actor,
    ...(expectedGeneration === undefined ? {} : { expectedGeneration }),
  });
  await writeParts(writer, updated, draft, facts?.routes ?? []);
  return updated;
}

async function writeParts(writer: Writer, pod: Pod, draft: PodDraft, held: Parameters<typeof withPodHosts>[4]): Promise<void> {
  const { store, deps } = writer;
  for (const [name, value] of Object.entries(draft.secrets)) await store.secrets.put(pod.id, name, value);
  await store.routes.replace(pod.id, await withPodHosts(store, pod, draft.routes, deps.hosts.bases, held));
}

async function findTemplate(store: Store, tenant: Tenant, reference: string) {
  const { name, version } = parseTemplateReference(reference);
  return store.templates.get(tenant.id, name, version);
}
