import type { CleanUpItem, CleanUpPlan, CleanUpPolicy } from "./clean-up.ts";
import type { CleanUpFacts } from "./clean-up-facts.ts";
import type { KeptReleases } from "./kept-releases.ts";

interface Cache {
  item: Omit<CleanUpItem, "reason">;
  usedAt: string;
  bytes: number;
  /** Why it stays whatever the room; null: it need not. */
  busy: string | null;
  /** Why it goes whatever the room; null: it need not. */
  useless: string | null;
}

const mebi = 1024 * 1024;

/**
 * Caches of builds: pods that build, with what package managers keep in them, and layers without a name that the next build of an image may begin with. Where
 * they take more than they may, those unused longest go. Pure.
 */
export function planBuildCaches(facts: CleanUpFacts, releases: KeptReleases, { buildCacheMb }: CleanUpPolicy): CleanUpPlan {
  const plan: CleanUpPlan = { goes: [], stays: [] };
  const caches = [...podCaches(facts, releases), ...layerCaches(facts, releases)];
  let total = 0;
  for (const { bytes, useless, item } of caches)
    if (useless !== null) plan.goes.push({ ...item, reason: useless });
    else total += bytes;
  const most = buildCacheMb === null ? Number.POSITIVE_INFINITY : buildCacheMb * mebi;
  const counted = caches.filter(({ useless }) => useless === null);
  for (const { item, bytes, busy } of counted.toSorted(byUse)) {
    if (busy !== null) plan.stays.push({ ...item, reason: busy });
    else if (total <= most) plan.stays.push({ ...item, reason: "The next build is faster with it." });
    else {
      total -= bytes;
      plan.goes.push({ ...item, reason: `Caches of builds take more than ${buildCacheMb} MB; of these it was unused longest.` });
    }
  }
  return plan;
}

const byUse = (a: Cache, b: Cache): number => a.usedAt.localeCompare(b.usedAt) || a.item.id.localeCompare(b.item.id);

function podCaches({ pods, releases: records, volumeBytes }: CleanUpFacts, { busyPods }: KeptReleases): Cache[] {
  const building = new Set(records.map(({ buildPodId }) => buildPodId));
  return pods
    .filter(({ pod }) => building.has(pod))
    .map(({ pod, tenant, name, isIdle, usedAt }) => ({
      item: { kind: "build_cache", id: pod, name: `${tenant}/${name}`, bytes: volumeBytes.get(pod) ?? null },
      usedAt,
      bytes: volumeBytes.get(pod) ?? 0,
      busy: isIdle && !busyPods.has(pod) ? (volumeBytes.has(pod) ? null : "Its size is not known.") : "Something is under way in it.",
      useless: null,
    }));
}

function layerCaches({ images, pods, tombstones }: CleanUpFacts, { busyPods }: KeptReleases): Cache[] {
  const known = new Set(pods.map(({ pod }) => pod));
  const gone = new Set(tombstones);
  return images
    .filter(({ builtFrom }) => builtFrom === null)
    .map(({ id, name, bytes, pod, builtAt, isUsed }) => ({
      item: { kind: "build_cache", id, name, bytes },
      usedAt: builtAt,
      bytes,
      busy: isUsed
        ? "A container is made from it."
        : busyPods.has(pod)
          ? "A build is under way with it."
          : known.has(pod) || gone.has(pod)
            ? null
            : "Its pod is not known here: it may be newer than a database that was restored.",
      useless: !isUsed && gone.has(pod) && !known.has(pod) ? "Its pod is gone." : null,
    }));
}
