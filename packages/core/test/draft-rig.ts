import { type DraftContext, type DraftRequest, draftPod, type PodDraft } from "../src/draft-pod.ts";
import type { Pod } from "../src/pod.ts";
import { type PodSpecInput, podSpec } from "../src/pod-spec.ts";
import type { Capabilities } from "../src/runtime.ts";
import { emptyStatus } from "../src/status.ts";
import type { TemplateVersion } from "../src/template.ts";
import { checkTemplate } from "../src/template-check.ts";

export const dockerCan: Capabilities = {
  image: true,
  buildImage: true,
  exec: true,
  limits: true,
  egress: true,
  isolation: true,
  adopt: true,
};
export const processCan: Capabilities = {
  image: false,
  buildImage: false,
  exec: true,
  limits: false,
  egress: false,
  isolation: false,
  adopt: false,
};

export const acme = { id: "t1", name: "acme", state: "active" as const, quota: {}, createdAt: "2026-01-01T00:00:00.000Z" };

export function context(changes: Partial<DraftContext> = {}): DraftContext {
  return {
    capabilities: dockerCan,
    runtimeKind: "docker",
    generatePassword: () => "generated-password",
    tenantPods: [],
    machine: { memoryFreeMb: 8000, diskFreeMb: 50_000 },
    artifactAllowed: () => true,
    domains: [{ name: "example.com", state: "verified", method: "dns" }],
    ...changes,
  };
}

export function draft(request: Partial<DraftRequest>, changes: Partial<DraftContext> = {}): PodDraft {
  return draftPod({ tenant: acme, name: "web", inputs: {}, ...request }, context(changes));
}

export function storedPod(spec: PodSpecInput, changes: Partial<Pod> = {}): Pod {
  return {
    id: "p1",
    tenantId: acme.id,
    tenant: acme.name,
    name: "web",
    template: null,
    inputs: {},
    spec: podSpec.parse(spec),
    desired: "running",
    keepData: false,
    asleep: null,
    generation: 1,
    restarts: 0,
    held: null,
    volumeCopies: {},
    status: emptyStatus,
    server: "local",
    createdAt: acme.createdAt,
    updatedAt: acme.createdAt,
    ...changes,
  };
}

export function templateOf(inputs: Record<string, unknown>, spec: Record<string, unknown>, version = 1): TemplateVersion {
  const text = { en: "Example", zh: "示例" };
  const template = checkTemplate({
    apiVersion: "agentpod/v1",
    kind: "Template",
    name: "example",
    title: text,
    description: text,
    inputs,
    spec,
  });
  return { id: "v1", template, version, tenantId: null, createdAt: acme.createdAt };
}
