import type { ChannelHealth } from "./channel-health.ts";
import type { GatewayObservation } from "./route-table.ts";
import type { Capabilities, ObservedUnit, UnitId, VolumeId } from "./runtime.ts";
import type { Allocation, PodFacts } from "./store.ts";

/** What a prober says of one run. */
export interface HealthReport {
  state: "starting" | "healthy" | "unhealthy";
  /** One sentence; empty when healthy. */
  message: string;
  since: string;
  /** Of an agent; absent where the probe tells of none. */
  channels?: ChannelHealth[];
  /** It was asked whether it may be put to sleep, and said: not before (ISO 8601). */
  busyUntil?: string;
}

export interface Range {
  from: number;
  /** Inclusive. */
  to: number;
}

/** Facts of the server a pod is placed on; one object shared by all snapshots of a pass. */
export interface ServerFacts {
  name: string;
  can: Capabilities;
  /** `names`: units reach each other by name at container ports; `loopback`: at 127.0.0.1 and allocated ports. */
  addressing: "names" | "loopback";
  /** Values held by any pod, and ports known to be in use by strangers. */
  taken: Record<Allocation["kind"], ReadonlySet<number>>;
  ranges: { port: Range; publicPort: Range | null; subnet: Range | null; uid: Range | null };
  /** First address of subnet index n, with its prefix length. */
  subnetOf(index: number): string;
  /** Where a volume and unpacked code lie, when `loopback`; null where the container's own paths hold. */
  paths: { volume(id: VolumeId): string; code(id: UnitId): string } | null;
  /** Given to every unit below its own environment, and to builds: an outbound proxy, an extra CA. No part of a revision. */
  environment: Record<string, string>;
  /** AgentPod runs in containers that join each pod's network. */
  joinsNetworks?: boolean;
  /** Where a pod on that network (null: on none of its own) finds the LLM proxy, for `{{ llm.url }}`. No part of a revision. */
  llmUrlOf(subnet: string | null): string;
  /** Main URL of a pod, for `{{ pod.url }}`. */
  urlOf(facts: PodFacts): string;
}

/** Everything `plan` looks at for one pod. */
export interface PodSnapshot {
  facts: PodFacts;
  server: ServerFacts;
  /** This pod's part of one look at the runtime; null: the runtime did not answer, nothing is known. */
  observed: { units: ObservedUnit[]; prepared: boolean; volumes: VolumeId[] } | null;
  /** By run id. */
  health: Record<string, HealthReport>;
  /** Null: the gateway did not answer. */
  gateway: GatewayObservation | null;
}
