import { AppError } from "@agentpod/core/errors";
import { printable } from "@agentpod/core/source/printable";
import { refused } from "@agentpod/core/source/refused";
import type { GitAddress } from "./git-address.ts";

/** What git said of a fetch that failed, as an error that says what to do. `secrets` never show. */
export function gitFailure(said: string, { host }: GitAddress, ref: string | null, secrets: readonly string[]): AppError {
  if (/couldn't find remote ref|not our ref|no such remote ref|unadvertised object|Server does not allow request/i.test(said))
    return noSuchRef(ref);
  if (
    /Authentication failed|could not read (Username|Password)|terminal prompts disabled|Permission denied|HTTP Basic|error: 40[13]|returned error: 40[13]/i.test(
      said,
    )
  )
    return refused("credentials", `a token or deploy key that may read this repository; ${host} let nobody in without`);
  if (/Host key verification failed|REMOTE HOST IDENTIFICATION/i.test(said))
    return refused("knownHosts", `the host key of ${host}, which is another one`);
  if (/not found|does not exist|returned error: 404|does not appear to be a git repository/i.test(said))
    return refused("url", `a repository that is there, and that ${host} shows without a login or with the given one`);
  if (/redirect/i.test(said)) return refused("url", "the address at which the repository is now: this one leads elsewhere");
  if (
    /Could not resolve|Connection (refused|timed out|reset)|Failed to connect|Couldn't connect|unable to access|Network is unreachable|early EOF|timed out|Operation too slow/i.test(
      said,
    )
  )
    return new AppError("unavailable", `${host} cannot be reached, or does not answer as a server of git does.`, {
      cause: new Error(hidden(said, secrets)),
    });
  return new AppError("unavailable", `The repository at ${host} cannot be read.`, { cause: new Error(hidden(said, secrets)) });
}

/** `ref` null: the repository's own branch. */
export function noSuchRef(ref: string | null): AppError {
  return refused(
    "ref",
    ref === null ? "a repository that is not empty" : `a branch, tag or whole commit that the repository has, not ${printable(ref)}`,
  );
}

function hidden(said: string, secrets: readonly string[]): string {
  return secrets.filter((secret) => secret !== "").reduce((text, secret) => text.replaceAll(secret, "***"), said);
}
