import type { CleanUpItem, CleanUpPolicy } from "./clean-up.ts";
import type { CleanUpFacts, ReleaseFact, RevisionFact } from "./clean-up-facts.ts";
import { isDeploymentEnded } from "./deployment.ts";

export interface KeptReleases {
  /** Pods of applications of which something is under way: nothing of theirs is touched. */
  busyPods: ReadonlySet<string>;
  /** Deployments whose code stays. */
  kept: ReleaseFact[];
  /** Those whose code may go. */
  letGo: ReleaseFact[];
  /** Revisions that stay beside what pods are now. */
  revisions: RevisionFact[];
  goes: CleanUpItem[];
  stays: CleanUpItem[];
}

const dayMs = 86_400_000;

/**
 * Which releases of applications stay: what serves, the newest that served, all that are young, and everything while a deployment is under way. A
 * pod's revisions before the oldest of these go with the releases before it, and all but the newest of a pod in which is built; of pods that nobody
 * deployed all stay. Pure.
 */
export function keptReleases({ releases, revisions, pods }: CleanUpFacts, policy: CleanUpPolicy, now: Date): KeptReleases {
  const found: KeptReleases = { busyPods: new Set(), kept: [], letGo: [], revisions: [], goes: [], stays: [] };
  const busyPods = new Set<string>();
  /** By pod: the generations of releases that may go. */
  const old = new Map<string, number[]>();
  /** By pod: the generation from which on all stay. */
  const from = new Map<string, number>();
  const nameOf = new Map<string, string>();
  /** Pods in which is built: nobody goes back in them. */
  const builders = new Map<string, string>();
  for (const records of byApplication(releases)) {
    const isBusy = records.some(({ state }) => !isDeploymentEnded(state));
    const served = records.filter(({ state }) => state === "succeeded");
    const newest = new Set(served.slice(0, policy.releases));
    const isKept = (one: ReleaseFact): boolean =>
      isBusy || newest.has(one) || (one.finishedAt !== null && now.getTime() - Date.parse(one.finishedAt) < policy.days * dayMs);
    for (const one of records) {
      const { podId, generation } = one;
      (isKept(one) ? found.kept : found.letGo).push(one);
      for (const pod of [podId, one.buildPodId]) if (isBusy && pod !== null) busyPods.add(pod);
      if (one.buildPodId !== null) builders.set(one.buildPodId, `${one.tenant}/${one.name}`);
      if (podId === null) continue;
      nameOf.set(podId, `${one.tenant}/${one.name}`);
      if (isBusy) from.set(podId, 0);
      else if (!isKept(one)) old.set(podId, [...(old.get(podId) ?? []), ...(generation === null ? [] : [generation])]);
      else if (generation !== null) from.set(podId, Math.min(generation, from.get(podId) ?? generation));
    }
  }
  const numberOf = new Map(releases.map(({ podId, generation, number }) => [`${podId}/${generation}`, number]));
  const present = new Map(pods.map(({ pod, generation }) => [pod, generation]));
  const newestOf = new Map<string, number>();
  for (const { pod, generation } of revisions) newestOf.set(pod, Math.max(generation, newestOf.get(pod) ?? 0));
  for (const revision of revisions) {
    const { pod, generation } = revision;
    const oldest = from.get(pod);
    const hasOld = oldest !== undefined && (old.get(pod) ?? []).some((each) => each < oldest);
    const isPresent = generation === newestOf.get(pod) || generation >= (present.get(pod) ?? 0);
    const built = builders.get(pod);
    const staysHere = isPresent || (built === undefined ? !hasOld || generation >= oldest : busyPods.has(pod));
    if (staysHere) found.revisions.push(revision);
    if (built !== undefined && !staysHere) {
      const item = { kind: "release", id: `${pod}/${generation}`, name: `${built} (${generation})`, bytes: null } as const;
      found.goes.push({ ...item, reason: `${built} was built anew since.` });
    }
    const application = nameOf.get(pod);
    const number = numberOf.get(`${pod}/${generation}`);
    if (application === undefined || (staysHere && number === undefined)) continue;
    const name = number === undefined ? `${application} (${generation})` : `${application} #${number}`;
    const item = { kind: "release", id: `${pod}/${generation}`, name, bytes: null } as const;
    if (!staysHere) found.goes.push({ ...item, reason: `Newer releases of ${application} are kept.` });
    else found.stays.push({ ...item, reason: oldest === 0 ? `${application} is being deployed.` : `${application} can go back to it.` });
  }
  return { ...found, busyPods };
}

/** The records of each application, the newest first. */
function byApplication(releases: readonly ReleaseFact[]): ReleaseFact[][] {
  const applications = Map.groupBy(releases, ({ tenantId, name }) => `${tenantId}/${name}`);
  return [...applications.values()].map((records) => records.toSorted((a, b) => b.number - a.number));
}
