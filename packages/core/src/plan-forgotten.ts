import type { CleanUpPolicy } from "./clean-up.ts";
import type { CleanUpFacts } from "./clean-up-facts.ts";
import { keptReleases } from "./kept-releases.ts";
import { usesOf } from "./plan-clean-up.ts";

/**
 * Of what applications ran from that are gone by now, by digest and when it was last used (ISO 8601), the digests that may go at once: nothing else names
 * them, and nobody gave them anew since. Others are left to the clean-up. Pure.
 */
export function planForgotten(facts: CleanUpFacts, used: Readonly<Record<string, string>>, policy: CleanUpPolicy, now: Date): string[] {
  const others = usesOf(facts, keptReleases(facts, policy, now));
  return facts.artifacts.flatMap(({ digest, givenAt, fileAt }) => {
    const last = Object.hasOwn(used, digest) ? used[digest] : undefined;
    if (last === undefined || others.has(digest)) return [];
    return [givenAt, fileAt].some((at) => at !== null && Date.parse(at) > Date.parse(last)) ? [] : [digest];
  });
}
