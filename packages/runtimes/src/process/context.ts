import type { RuntimeContext } from "@agentpod/core/runtime";
import type { Cgroups } from "./cgroups.ts";
import type { ProcessPaths } from "./paths.ts";

export interface ProcessOptions {
  /** Folders of programs AgentPod brings along, by name as in `local.needs` (`postgres`); `bwrap` may be among them. */
  programs: Record<string, string>;
  /** Search path of the control plane. */
  path: string;
  /** Folders that no pod shall see where bubblewrap works: AGENTPOD_HOME. */
  hide: string[];
}

/** What the parts of the process driver share. */
export interface ProcessContext extends RuntimeContext, ProcessOptions {
  paths: ProcessPaths;
  /** Null: limits are not enforced. */
  cgroups: Cgroups | null;
  /** Command that hides and protects files; null where it does not work. */
  bwrap: string | null;
  /** Command that bars set-user-id programs; null where it is missing. */
  setpriv: string | null;
  /** Pods have users of their own. */
  root: boolean;
}
