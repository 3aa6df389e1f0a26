import { checkAdmission, type MachineRoom } from "./admission-check.ts";
import type { Domain } from "./domain.ts";
import { fitIssues } from "./draft-fit.ts";
import { invalidInput, parseInput } from "./draft-issues.ts";
import { referenceIssues } from "./draft-references.ts";
import { draftSource, type SpecSource } from "./draft-source.ts";
import { updateIssues } from "./draft-update.ts";
import { AppError, type Issue } from "./errors.ts";
import { type HostRules, hostIssues } from "./hostnames.ts";
import { name as nameSchema } from "./name.ts";
import type { Pod } from "./pod.ts";
import { type PodSpec, podSpec } from "./pod-spec.ts";
import { checkPolicy, checkSpecPolicy } from "./policy-check.ts";
import { productRules } from "./products/product-rules.ts";
import { checkQuota } from "./quota-check.ts";
import { referencedSecrets } from "./render-unit.ts";
import type { Capabilities, RuntimeKind } from "./runtime.ts";
import type { RouteStore } from "./store.ts";
import type { TemplateVersion } from "./template.ts";
import type { Tenant } from "./tenant.ts";

export interface DraftRequest {
  tenant: Tenant;
  name: string;
  /** Either this or `spec`. */
  template?: TemplateVersion | undefined;
  /** Of the template; with a bare `spec`, `inputs.x` is the value of its `{{ secrets.x }}`. */
  inputs: Record<string, unknown>;
  spec?: unknown;
  /** The pod as it is, for an update. */
  previous?: Pod | undefined;
  /** Names of the secrets that are stored for `previous`; absent: those that its spec reads. */
  storedSecrets?: readonly string[];
}

export interface DraftContext {
  capabilities: Capabilities;
  runtimeKind: RuntimeKind;
  generatePassword: () => string;
  /** All pods of the tenant. */
  tenantPods: Pod[];
  /** Null: nothing is known of the machine. */
  machine: MachineRoom | null;
  /** Whether the tenant may use an artifact. */
  artifactAllowed: (digest: string) => boolean;
  /** Absent: base domain `localhost` alone. */
  hosts?: HostRules;
  /** Verified domains of the tenant; absent: none. */
  domains?: readonly Pick<Domain, "name" | "state" | "method">[];
}

/** A route to be stored; `hosts` are the declared ones, `withDefaultHosts` adds the pod's own. */
export type RouteDraft = Parameters<RouteStore["replace"]>[1][number];

export interface PodDraft {
  name: string;
  template: Pod["template"];
  /** Without secrets. */
  inputs: Record<string, unknown>;
  spec: PodSpec;
  /** To be stored; on an update those not named stay as they are. */
  secrets: Record<string, string>;
  routes: RouteDraft[];
}

/**
 * A request for a new or changed pod, as what is to be stored: rendered, complete, checked. Create, update, rollback and
 * import all come through here. Throws `forbidden` (policy), `invalid` (all issues with paths), `quota_exceeded`,
 * `conflict` (tenant or pod is going) or `unavailable` (no room on the machine).
 */
export function draftPod(request: DraftRequest, context: DraftContext): PodDraft {
  const { tenant, previous } = request;
  const name = parseInput(nameSchema, request.name, "name");
  if (tenant.state === "deleting") throw new AppError("conflict", `Tenant ${tenant.name} is being deleted; it takes no pods.`);
  if (previous?.desired === "deleted")
    throw new AppError("conflict", `Pod ${tenant.name}/${name} is being deleted and can no longer change.`);

  const stored = previous ? (request.storedSecrets ?? secretsOf(previous.spec)) : [];
  checkPolicy(request.spec ?? request.template?.template.spec);
  const source = draftSource(request, context.generatePassword, stored);
  const spec = parseInput(podSpec, source.spec, "spec");
  checkSpecPolicy(spec);
  const issues = specIssues(spec, source, request, context);
  if (issues.length > 0) throw invalidInput(issues);

  const willRun = previous === undefined || previous.desired === "running";
  if (willRun) {
    checkQuota(tenant, context.tenantPods, spec, previous?.id);
    if (context.machine) checkAdmission(spec, context.machine, previous?.spec ?? null);
  }
  return { name, template: source.template, inputs: source.inputs, spec, secrets: source.secrets, routes: draftRoutes(spec) };
}

/** Names of the secrets that a spec reads. */
function secretsOf(spec: PodSpec): string[] {
  return [...new Set(spec.units.flatMap(referencedSecrets))];
}

function specIssues(spec: PodSpec, source: SpecSource, request: DraftRequest, context: DraftContext): Issue[] {
  const hosts = context.hosts ?? { bases: ["localhost"], reserved: [] };
  return [
    ...referenceIssues(spec, source.known),
    ...fitIssues(spec, context.capabilities, context.runtimeKind),
    ...spec.routes.flatMap((route, i) =>
      hostIssues(route.hosts, request.tenant.name, { ...hosts, domains: context.domains ?? [] }, `spec.routes[${i}].hosts`),
    ),
    ...spec.routes.flatMap((route, i) =>
      route.split?.pod === request.name ? [{ path: `spec.routes[${i}].split.pod`, expected: `another pod of ${request.tenant.name}` }] : [],
    ),
    ...artifactIssues(spec, context.artifactAllowed),
    ...(request.previous ? updateIssues(request.previous.spec, spec) : []),
    ...(request.previous ? productUpdateIssues(request.template, request.previous.spec, spec) : []),
  ];
}

function productUpdateIssues(template: TemplateVersion | undefined, before: PodSpec, next: PodSpec): Issue[] {
  const product = template?.template.product?.name;
  return product === undefined ? [] : (productRules[product]?.updateIssues(before, next) ?? []);
}

/** Another tenant's artifact and one that does not exist look the same. */
function artifactIssues(spec: PodSpec, isAllowed: (digest: string) => boolean): Issue[] {
  return spec.units.flatMap((unit, i) =>
    (["code", "build"] as const).flatMap((kind) => {
      const digest = unit[kind]?.artifact;
      if (digest === undefined || isAllowed(digest)) return [];
      return [{ path: `spec.units[${i}].${kind}.artifact`, expected: "an artifact of this tenant; upload it first" }];
    }),
  );
}

/** The routes that a spec declares, as they are stored; hosts are the declared ones alone. */
export function draftRoutes(spec: PodSpec): RouteDraft[] {
  return spec.routes.map((route, index) => ({
    ...route,
    index,
    policies: route.policies ?? null,
    split: route.split ?? null,
    wake: route.wake ?? false,
    wakeSeconds: route.wakeSeconds ?? 60,
  }));
}
