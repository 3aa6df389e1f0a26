import type { PodSpec } from "./pod-spec.ts";
import type { PodStatus } from "./status.ts";

/** `sleeping`: stopped, with its data, until a request comes, a job of its own is due, or its owner starts it. */
export const desiredStates = ["running", "sleeping", "stopped", "deleted"] as const;
export type Desired = (typeof desiredStates)[number];

/** A pod as stored: intent (spec, desired, generation) and what was last observed (status). */
export interface Pod {
  id: string;
  tenantId: string;
  /** Tenant name. */
  tenant: string;
  name: string;
  template: { name: string; version: number } | null;
  /** What the user gave, without secrets. */
  inputs: Record<string, unknown>;
  spec: PodSpec;
  desired: Desired;
  /** With `deleted`: volumes stay. */
  keepData: boolean;
  /** With `sleeping`: since when, and when it is to be woken though nobody asks for it (null: never); ISO 8601. Else null. */
  asleep: { since: string; wakeAt: string | null } | null;
  /** Grows with every change of intent. */
  generation: number;
  /** Part of every unit's revision: a restart by request makes new instances. */
  restarts: number;
  /**
   * The operation for which it stands still, whatever else is desired, until its data is copied or brought back, and the copies of
   * volumes that it fills, which count for nobody else; null: none.
   */
  held: { by: string; copies: Record<string, number> } | null;
  /** By `<unit>/<volume>`: which copy of a volume counts; 0 where nothing is said. See `volumeIdOf`. */
  volumeCopies: Record<string, number>;
  status: PodStatus;
  server: string;
  createdAt: string;
  updatedAt: string;
}

/** Whether its units are to run now. */
export const isToRun = ({ desired, held }: Pick<Pod, "desired" | "held">): boolean => desired === "running" && held === null;

export interface NewPod {
  id: string;
  tenantId: string;
  name: string;
  template: Pod["template"];
  inputs: Record<string, unknown>;
  spec: PodSpec;
  server: string;
  actor: string;
}

export interface PodRevision {
  generation: number;
  spec: PodSpec;
  template: Pod["template"];
  inputs: Record<string, unknown>;
  actor: string;
  at: string;
}

/** `<tenant>/<pod>`. */
export const podLabel = (pod: Pick<Pod, "tenant" | "name">): string => `${pod.tenant}/${pod.name}`;
