import { randomUUID } from "node:crypto";
import type { MachineRoom } from "@agentpod/core/admission-check";
import { type CreatePodRequest, parseTemplateReference } from "@agentpod/core/api/pod-request";
import type { DraftRequest, PodDraft } from "@agentpod/core/draft-pod";
import { AppError } from "@agentpod/core/errors";
import { canonicalJson } from "@agentpod/core/hash";
import type { Pod } from "@agentpod/core/pod";
import { type PodSpec, podSpec } from "@agentpod/core/pod-spec";
import { isSecret, renderTemplate } from "@agentpod/core/render-template";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import type { AppDeps } from "../app-deps.ts";
import { ensurePodLlmKey } from "../llm/pod-llm-key.ts";
import { keepPasswords } from "./basic-auth-users.ts";
import { draftForTenant } from "./draft-for-tenant.ts";
import { findTemplate } from "./find-template.ts";
import { keepRouteChanges } from "./keep-route-changes.ts";
import { withPodHosts } from "./pod-hosts.ts";
import { putSecrets } from "./put-secrets.ts";

/** Who writes, and by what. */
export interface Writer {
  store: Store;
  deps: Pick<AppDeps, "runtime" | "hosts">;
  actor: string;
  machine: MachineRoom | null;
  /** What is created ends after this at the latest; absent: when its spec says. */
  longestLifeSeconds?: number;
}

/** Writes a new pod's rows: the reconciler does the rest. */
export async function createPod(writer: Writer, tenant: Tenant, asked: CreatePodRequest): Promise<Pod> {
  const { store, deps, actor } = writer;
  const request: DraftRequest = { tenant, name: asked.name, inputs: asked.inputs ?? {} };
  if (asked.template !== undefined) request.template = await referredTemplate(store, tenant, asked.template);
  if (asked.spec !== undefined) request.spec = keepPasswords(asked.spec, null);
  const draft = await draftForTenant(store, deps, writer.machine, request);
  const { template, inputs } = draft;
  const spec = endedBy(draft.spec, writer.longestLifeSeconds);
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

function endedBy(spec: PodSpec, longestLifeSeconds: number | undefined): PodSpec {
  if (longestLifeSeconds === undefined) return spec;
  return { ...spec, ttlSeconds: Math.min(spec.ttlSeconds ?? longestLifeSeconds, longestLifeSeconds) };
}

export interface PodChange {
  template?: string | undefined;
  inputs?: Record<string, unknown> | undefined;
  spec?: unknown;
  generation?: number | undefined;
}

/** Writes a pod's next generation. Inputs that are not given stay as they are, and so do secrets. */
export async function updatePod(writer: Writer, tenant: Tenant, pod: Pod, change: PodChange): Promise<Pod> {
  const draft = await draftUpdate(writer, tenant, pod, change);
  return saveDraft(writer, pod, draft, { template: draft.template, inputs: draft.inputs }, change.generation);
}

/** What `updatePod` would write; nothing is written, and what is wrong is thrown. */
export async function draftUpdate(writer: Writer, tenant: Tenant, pod: Pod, change: PodChange): Promise<PodDraft> {
  const { store, deps } = writer;
  const request: DraftRequest = { tenant, name: pod.name, inputs: change.inputs ?? {}, previous: pod };
  const kept = pod.template === null ? undefined : `${pod.template.name}@${pod.template.version}`;
  // Both given: the rules say that it must be one.
  if (change.spec !== undefined) request.spec = keepPasswords(change.spec, pod.spec);
  if (change.template !== undefined) request.template = await referredTemplate(store, tenant, change.template);
  else if (change.spec === undefined && kept !== undefined) request.template = await referredTemplate(store, tenant, kept);
  else if (change.spec === undefined) request.spec = pod.spec;
  const draft = await draftForTenant(store, deps, writer.machine, request);
  return draft.template === null ? draft : withRouteChanges(writer, request, draft, pod);
}

/** A spec as the next generation of a pod, of the same template and inputs. */
export async function writeSpec(writer: Writer, tenant: Tenant, pod: Pod, spec: unknown, expectedGeneration?: number): Promise<Pod> {
  const request = { tenant, name: pod.name, inputs: {}, spec, previous: pod };
  const draft = await draftForTenant(writer.store, writer.deps, writer.machine, request);
  return saveDraft(writer, pod, draft, { template: pod.template, inputs: pod.inputs }, expectedGeneration);
}

/** A drafted template with what was set on the pod's routes since; checked as a whole again. */
async function withRouteChanges(writer: Writer, { tenant, name }: DraftRequest, draft: PodDraft, pod: Pod): Promise<PodDraft> {
  const rendered = pod.template === null ? null : await lastRendering(writer.store, tenant, pod);
  const spec = rendered && keepRouteChanges(rendered, pod.spec, draft.spec);
  if (spec === null || canonicalJson(spec) === canonicalJson(draft.spec)) return draft;
  const request: DraftRequest = { tenant, name, inputs: {}, spec, previous: pod, storedSecrets: Object.keys(draft.secrets) };
  const { routes, spec: checked } = await draftForTenant(writer.store, writer.deps, writer.machine, request);
  return { ...draft, spec: checked, routes };
}

/** The spec that the pod's template made of the pod's inputs; null where that version can no longer be rendered. */
async function lastRendering(store: Store, tenant: Tenant, pod: Pod): Promise<PodSpec | null> {
  const version = await store.templates.get(tenant.id, pod.template?.name ?? "", pod.template?.version);
  const { template } = version;
  const secrets = Object.entries(template.inputs).flatMap(([key, input]) => (isSecret(input) ? [key] : []));
  const { spec } = renderTemplate(template, {}, () => "", { inputs: pod.inputs, secrets });
  return podSpec.safeParse(spec).data ?? null;
}

/**
 * Writes an earlier generation's spec as the next one, after the rules of today. `undoing`: the pod's generation, which is given up
 * with the volumes that came with it; `conflict` where it has moved on.
 */
export async function rollBackPod(writer: Writer, tenant: Tenant, pod: Pod, generation: number, undoing?: number): Promise<Pod> {
  const revisions = await writer.store.pods.revisions(pod.id);
  const revision = revisions.find((entry) => entry.generation === generation);
  if (revision === undefined) {
    const known = revisions.map((entry) => entry.generation).join(", ");
    throw new AppError("not_found", `there is no revision ${generation}; there are ${known}`, {
      issues: [{ path: "generation", expected: `one of ${known}` }],
    });
  }
  const previous = undoing === undefined ? pod : { ...pod, spec: revision.spec };
  const request = { tenant, name: pod.name, inputs: {}, spec: revision.spec, previous };
  const draft = await draftForTenant(writer.store, writer.deps, writer.machine, request);
  return saveDraft(writer, pod, draft, { template: revision.template, inputs: revision.inputs }, undoing);
}

async function saveDraft(
  writer: Writer,
  pod: Pod,
  draft: PodDraft,
  origin: Pick<Pod, "template" | "inputs">,
  expectedGeneration: number | undefined,
): Promise<Pod> {
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
  await putSecrets(store, pod.id, draft.spec, draft.secrets);
  await ensurePodLlmKey(store, pod, draft.spec);
  await store.routes.replace(pod.id, await withPodHosts(store, pod, draft.routes, deps.hosts.bases, held));
}

async function referredTemplate(store: Store, tenant: Tenant, reference: string) {
  const { name, version } = parseTemplateReference(reference);
  return findTemplate(store, tenant.id, name, version);
}
