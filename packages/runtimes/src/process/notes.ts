import type { ProcessContext } from "./context.ts";
import { canMakeUsers } from "./pod-user.ts";

/** What pods that are plain processes of this machine lack, in sentences; what is as it should be says nothing. */
export function notesOf({ root, cgroups, bwrap }: Pick<ProcessContext, "root" | "cgroups" | "bwrap">): string[] {
  return [
    "Pods run as plain processes: this is no isolation boundary. They share this machine's network and system files; use Docker for pods you do not trust.",
    "Images, Linux capabilities, read-only roots, tmpfs and egress rules do not apply to processes: a unit runs as its `local` part says.",
    root
      ? canMakeUsers()
        ? null
        : "Each pod has a Unix user id of its own but no account, since useradd is missing: programs that look themselves up (PostgreSQL) refuse to start; install the package passwd or shadow."
      : "Pods run as the same Unix user as AgentPod and can read its files: start AgentPod as root to give each pod a user of its own.",
    cgroups
      ? null
      : "Memory, CPU and process limits are not enforced: cgroups cannot be written here. Start AgentPod as root on Linux with cgroups mounted.",
    bwrap
      ? null
      : "bubblewrap is missing or not permitted here, so pods share /tmp and see the machine's files as far as their user may: install the package bubblewrap.",
  ].filter((note) => note !== null);
}
