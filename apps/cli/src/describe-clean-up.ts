import type { CleanUpRunView } from "@agentpod/core/api/clean-up-view";
import { megabytes, printable } from "./format-values.ts";

/** What a clean-up came to, for people. */
export function describeCleanUp({ gone, bytes, problems }: CleanUpRunView): string {
  const { release = 0, artifact = 0, upload = 0, image = 0, build_cache: caches = 0 } = gone;
  const went = `${release} releases, ${artifact} of code, ${upload} uploads, ${image} images, ${caches} build caches`;
  return [`Gone: ${went}; ${megabytes(bytes)} in all.`, ...problems.map(printable)].join("\n");
}
