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

/** A process waits behind its gate; it is on record; it was let go. */
export type StartStep = "gated" | "recorded" | "begun";

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
  /** For tests that let the control plane die at each step of a start. */
  reached?: (step: StartStep) => void;
}
