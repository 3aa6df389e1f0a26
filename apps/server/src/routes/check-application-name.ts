import { buildPodName } from "@agentpod/core/deployment";
import { invalidInput } from "@agentpod/core/draft-issues";
import { maxNameLength } from "@agentpod/core/name";

/** Throws `invalid` for a name that leaves no room for the pod that builds it. */
export function checkApplicationName(given: string): void {
  const most = maxNameLength - buildPodName("").length;
  if (given.length > most)
    throw invalidInput([{ path: "name", expected: `at most ${most} characters, for the pod that builds it has a longer one` }]);
}
