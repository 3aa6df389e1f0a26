import { type CleanUpPlan, type CleanUpPolicy, youngMs } from "./clean-up.ts";
import type { CleanUpFacts, ImageFact, RevisionFact } from "./clean-up-facts.ts";
import type { KeptReleases } from "./kept-releases.ts";

/**
 * Which images that were built here may go: those of pods that are gone for good, and those that were built for a spec to which a pod does not go back
 * without a build. Of a pod that nobody deployed as many specs count as of an application. Pure.
 */
export function planImages(facts: CleanUpFacts, releases: KeptReleases, { releases: most }: CleanUpPolicy, now: Date): CleanUpPlan {
  const plan: CleanUpPlan = { goes: [], stays: [] };
  const pods = new Map(facts.pods.map((pod) => [pod.pod, pod]));
  const gone = new Set(facts.tombstones);
  const wanted = wantedBuilds(facts, releases, most);
  for (const image of facts.images) {
    if (image.builtFrom === null) continue;
    const { goes, reason } = judge(image, image.builtFrom);
    const { id, name, bytes } = image;
    plan[goes ? "goes" : "stays"].push({ kind: "image", id, name, bytes, reason });
  }
  return plan;

  function judge({ pod: id, isUsed, builtAt }: ImageFact, builtFrom: string): { goes: boolean; reason: string } {
    const pod = pods.get(id);
    if (isUsed) return { goes: false, reason: "A container is made from it." };
    if (pod === undefined)
      return gone.has(id)
        ? { goes: true, reason: "Its pod is gone." }
        : { goes: false, reason: "Its pod is not known here: it may be newer than a database that was restored." };
    const name = `${pod.tenant}/${pod.name}`;
    if (releases.busyPods.has(id)) return { goes: false, reason: `${name} is being deployed.` };
    if (wanted.get(id)?.has(builtFrom)) return { goes: false, reason: `${name} can go back to it.` };
    if (now.getTime() - Date.parse(builtAt) < youngMs) return { goes: false, reason: "It was built within the last hour." };
    return { goes: true, reason: `${name} has newer ones to go back to.` };
  }
}

/** By pod, the first 12 digits of what images are built from that it is, or can go back to. */
function wantedBuilds({ pods, releases: records }: CleanUpFacts, { revisions }: KeptReleases, most: number): Map<string, Set<string>> {
  const deployed = new Set(records.map(({ podId }) => podId));
  const byPod = Map.groupBy(revisions, ({ pod }) => pod);
  return new Map(
    pods.map((pod) => {
      const newest = (byPod.get(pod.pod) ?? []).toSorted((a, b) => b.generation - a.generation);
      const counted: RevisionFact[] = [pod, ...(deployed.has(pod.pod) ? newest : newest.slice(0, most))];
      return [pod.pod, new Set(counted.flatMap(({ builds }) => builds.map(shortBuild)))];
    }),
  );
}

const shortBuild = (digest: string): string => digest.slice("sha256:".length).slice(0, 12);
