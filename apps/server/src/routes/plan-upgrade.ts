import type { UpgradeSelection } from "@agentpod/core/api/upgrade-view";
import { AppError, toAppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";
import { type UpgradeCandidate, type UpgradeLine, upgradePlan } from "@agentpod/core/upgrade-plan";
import type { AppDeps } from "../app-deps.ts";
import { findTemplate } from "./find-template.ts";
import { draftUpdate } from "./write-pod.ts";

export interface PlannedUpgrade {
  plan: UpgradeLine[];
  /** Those that are upgraded, in the plan's order. */
  pods: Pod[];
  /** Whose all the selected pods are; null where that are several, or nobody's. */
  tenant: { id: string; name: string } | null;
}

/**
 * What an upgrade of these pods would do: each is drafted with the version it would get, so that all that a newer version wants is
 * told before anything changes. Nothing is written. Throws `invalid` for a selection that says nothing.
 */
export async function planUpgrade(store: Store, deps: AppDeps, actor: string, selection: UpgradeSelection): Promise<PlannedUpgrade> {
  checkSelection(selection);
  const pods = await selected(store, selection);
  const tenants = new Map<string, Tenant>();
  const candidates: UpgradeCandidate[] = [];
  for (const pod of pods) {
    const tenant = tenants.get(pod.tenant) ?? (await store.tenants.get(pod.tenant));
    tenants.set(pod.tenant, tenant);
    candidates.push(await candidateOf(store, deps, actor, tenant, pod, selection.to));
  }
  const plan = upgradePlan(candidates, selection.withState ?? true);
  const byId = new Map(pods.map((pod) => [pod.id, pod]));
  const upgraded = plan.filter(({ action }) => action === "upgrade").flatMap(({ id }) => byId.get(id) ?? []);
  const named = selection.tenant === undefined ? null : await store.tenants.get(selection.tenant);
  const [only = null, ...others] = tenants.values();
  return { plan, pods: upgraded, tenant: named ?? (others.length === 0 ? only : null) };
}

function checkSelection({ tenant, pod, pods, template, all, to }: UpgradeSelection): void {
  const wrong = (path: string, expected: string) =>
    new AppError("invalid", `${path}: expected ${expected}.`, { issues: [{ path, expected }] });
  if (pod !== undefined && tenant === undefined) throw wrong("tenant", "the pod's tenant");
  if (pod !== undefined && pods !== undefined) throw wrong("pods", "nothing, where one pod is named");
  if (tenant === undefined && template === undefined && pods === undefined && !all)
    throw wrong("all", "true, or a pod, a tenant or a template");
  if (to !== undefined && pod === undefined && template === undefined) throw wrong("to", "a version of one template: name the template");
}

async function selected(store: Store, { tenant, pod, pods: labels, template }: UpgradeSelection): Promise<Pod[]> {
  if (tenant !== undefined && pod !== undefined) return [await store.pods.get(tenant, pod)];
  if (tenant !== undefined) await store.tenants.get(tenant);
  const pods = labels === undefined ? await store.pods.list(tenant === undefined ? {} : { tenant }) : await named(store, labels);
  return pods.filter(
    (one) => (tenant === undefined || one.tenant === tenant) && (template === undefined || one.template?.name === template),
  );
}

/** Each of them once. Throws `not_found`. */
async function named(store: Store, labels: readonly string[]): Promise<Pod[]> {
  const known = new Map((await store.pods.list({})).map((pod) => [podLabel(pod), pod]));
  const found: Pod[] = [];
  for (const label of new Set(labels)) {
    const [tenant = "", name = ""] = label.split("/");
    // Says which one there is not.
    found.push(known.get(label) ?? (await store.pods.get(tenant, name)));
  }
  return found;
}

async function candidateOf(
  store: Store,
  deps: AppDeps,
  actor: string,
  tenant: Tenant,
  pod: Pod,
  to: number | undefined,
): Promise<UpgradeCandidate> {
  if (pod.template === null || pod.desired === "deleted") return { pod, to: null, refusal: null };
  try {
    const { version } = await findTemplate(store, tenant.id, pod.template.name, to);
    if (version === pod.template.version) return { pod, to: version, refusal: null };
    try {
      // The machine is asked when the version is written: by then others have made room, or taken it.
      await draftUpdate({ store, deps, actor, machine: null }, tenant, pod, { template: `${pod.template.name}@${version}` });
      return { pod, to: version, refusal: null };
    } catch (thrown) {
      return { pod, to: version, refusal: expectedRefusal(thrown) };
    }
  } catch (thrown) {
    if (toAppError(thrown).code !== "not_found") throw thrown;
    return { pod, to: null, refusal: null };
  }
}

/** What rules say is told; what broke is thrown. */
function expectedRefusal(thrown: unknown): AppError {
  const error = toAppError(thrown);
  if (error.code === "internal" || error.code === "unavailable") throw thrown;
  return error;
}
