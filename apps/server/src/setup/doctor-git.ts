import type { DoctorLine } from "@agentpod/core/api/platform-view";

/** Whether repositories can be fetched, and pushed to; `version` null: there is no git. */
export function checkGit(version: string | null): Omit<DoctorLine, "check">[] {
  if (version !== null) return [{ status: "ok", message: `git ${version}.`, advice: null }];
  return [
    {
      status: "warning",
      message: "There is no git on this machine: code can be taken neither from repositories nor from git push.",
      advice: "Install git where the server runs; nothing needs to be restarted.",
    },
  ];
}
