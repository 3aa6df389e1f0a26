import type { RouteEntry } from "@agentpod/core/route-table";
import type { CompiledPolicies } from "../policies/compiled-policies.ts";
import type { Split } from "../policies/split.ts";
import type { Upstream } from "../proxy/upstream.ts";

/** A table entry made ready for serving. */
export interface Route {
  readonly entry: RouteEntry;
  /** The entry's path without its trailing slash: `` for `/`. */
  readonly prefix: string;
  readonly upstreams: readonly Upstream[];
  /** AgentPod's own server or dashboard, not a pod. */
  readonly isFront: boolean;
  /** Undefined: nothing to do before or after the upstream. */
  readonly policies?: CompiledPolicies | undefined;
  /** Undefined: all requests go to its own upstreams. */
  readonly split?: Split | undefined;
}

export const prefixOf = (path: string): string => (path.endsWith("/") ? path.slice(0, -1) : path);
