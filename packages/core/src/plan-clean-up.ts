import { type CleanUpItem, type CleanUpPlan, type CleanUpPolicy, youngMs } from "./clean-up.ts";
import type { ArtifactFact, CleanUpFacts, ReleaseFact, UploadFact } from "./clean-up-facts.ts";
import { type KeptReleases, keptReleases } from "./kept-releases.ts";
import { planBuildCaches } from "./plan-build-caches.ts";
import { planImages } from "./plan-images.ts";

/** Uploads that nobody went on with for so long are given up. */
const uploadMs = 86_400_000;

/**
 * What may go, what stays, and why (P16). Whatever is in use stays: what runs, what a pod can go back to, what is being deployed, what templates are
 * made from, what an operation under way needs, what anything else in the database names. Pure; planning again after it was done gives nothing more.
 */
export function planCleanUp(facts: CleanUpFacts, policy: CleanUpPolicy, now: Date): CleanUpPlan {
  const releases = keptReleases(facts, policy, now);
  const parts = [
    releases,
    planArtifacts(facts, releases, policy, now),
    planUploads(facts.uploads, now),
    planImages(facts, releases, policy, now),
    planBuildCaches(facts, releases, policy),
  ];
  return { goes: parts.flatMap(({ goes }) => goes), stays: parts.flatMap(({ stays }) => stays) };
}

function planArtifacts(facts: CleanUpFacts, releases: KeptReleases, { unusedHours }: CleanUpPolicy, now: Date): CleanUpPlan {
  const why = usesOf(facts, releases);
  const lastUse = lastUses(releases.letGo);
  const plan: CleanUpPlan = { goes: [], stays: [] };
  for (const artifact of facts.artifacts) {
    const { digest, bytes, fileAt } = artifact;
    const last = lastUse.get(digest);
    const item = { kind: "artifact", id: digest, name: last === undefined ? shortOf(digest) : nameOf(last, digest), bytes } as const;
    const use = why.get(digest);
    if (use !== undefined) plan.stays.push({ ...item, reason: use });
    else if (fileAt !== null && now.getTime() - Date.parse(fileAt) < youngMs)
      plan.stays.push({ ...item, reason: "It came within the last hour." });
    else
      plan[mayGo(artifact, last, unusedHours, now) ? "goes" : "stays"].push({
        ...item,
        reason: reasonOf(artifact, last, unusedHours, now),
      });
  }
  return plan;
}

/** What was used by a release that is let go needs not to wait, unless it was given anew since. */
function mayGo({ givenAt }: ArtifactFact, last: ReleaseFact | undefined, unusedHours: number, now: Date): boolean {
  if (givenAt === null) return true;
  const given = Date.parse(givenAt);
  if (last?.finishedAt && given <= Date.parse(last.finishedAt)) return true;
  return now.getTime() - given >= unusedHours * 3_600_000;
}

function reasonOf(artifact: ArtifactFact, last: ReleaseFact | undefined, unusedHours: number, now: Date): string {
  if (artifact.givenAt === null) return "It was left over: nothing in the database knows it.";
  if (!mayGo(artifact, last, unusedHours, now)) return `It waits ${unusedHours} hours for its use.`;
  return last === undefined
    ? `Nothing has used it for ${unusedHours} hours.`
    : `${last.tenant}/${last.name} #${last.number} is no longer kept.`;
}

/** By digest, the use that keeps it. */
export function usesOf({ pods, holders }: CleanUpFacts, { kept, revisions }: KeptReleases): Map<string, string> {
  const why = new Map<string, string>();
  const podName = new Map(pods.map(({ pod, tenant, name }) => [pod, `${tenant}/${name}`]));
  for (const { digest, by, name } of holders) {
    if (by === "template") why.set(digest, `Template ${name} is made from it.`);
    else why.set(digest, by === "operation" ? `Operation ${name} is under way with it.` : `Table ${name} names it.`);
  }
  for (const { pod, digests } of revisions)
    for (const digest of digests) why.set(digest, `Pod ${podName.get(pod) ?? pod} can go back to it.`);
  for (const { tenant, name, number, source, artifact } of kept)
    for (const digest of [source, artifact]) if (digest !== null) why.set(digest, `${tenant}/${name} #${number} is kept.`);
  for (const { tenant, name, digests } of pods) for (const digest of digests) why.set(digest, `Pod ${tenant}/${name} is made from it.`);
  return why;
}

/** By digest, the newest deployment that used it and is kept no longer. */
function lastUses(letGo: readonly ReleaseFact[]): Map<string, ReleaseFact> {
  const uses = new Map<string, ReleaseFact>();
  for (const release of letGo)
    for (const digest of [release.source, release.artifact]) {
      if (digest === null) continue;
      const known = uses.get(digest);
      if (known === undefined || (release.finishedAt ?? "") > (known.finishedAt ?? "")) uses.set(digest, release);
    }
  return uses;
}

function planUploads(uploads: readonly UploadFact[], now: Date): CleanUpPlan {
  const items = uploads.map(({ path, bytes, writtenAt }) => ({
    isOld: now.getTime() - Date.parse(writtenAt) >= uploadMs,
    item: { kind: "upload", id: path, name: path, bytes } as const,
  }));
  const said = (isOld: boolean, reason: string): CleanUpItem[] =>
    items.filter((one) => one.isOld === isOld).map(({ item }) => ({ ...item, reason }));
  return { goes: said(true, "Nobody went on with it for a day."), stays: said(false, "It may be under way.") };
}

const shortOf = (digest: string): string => digest.slice(0, "sha256:".length + 12);
const nameOf = ({ tenant, name, number }: ReleaseFact, digest: string): string => `${shortOf(digest)} (${tenant}/${name} #${number})`;
