import type { Deployment } from "./deployment.ts";

export type NewDeployment = Pick<
  Deployment,
  "id" | "tenantId" | "tenant" | "name" | "action" | "source" | "origin" | "settings" | "target" | "actor"
> & {
  /** Values of variables that were given; null takes one away. Kept encrypted until they are the pod's. */
  given: Record<string, string | null>;
  /** What is run instead of building the source; absent: it is built. */
  artifact?: string;
};

/** What a deployment waits for before it begins. */
export type DeploymentTurn = { is: "begun" } | { is: "superseded"; by: number } | { is: "waiting"; ahead: number; isSame: boolean };

export interface DeploymentStore {
  /** Queued, with the next number of its application. */
  insert(deployment: NewDeployment): Promise<Deployment>;
  get(id: string): Promise<Deployment>;
  /** `not_found` says which there are. */
  getNumber(tenant: string, name: string, number: number): Promise<Deployment>;
  /** The newest first; `tenant` and `name` are names. */
  list(filter: { tenant?: string; name?: string }, limit: number): Promise<Deployment[]>;
  /** The one that serves: the last of an application that succeeded; null where there is none. */
  serving(tenantId: string, name: string): Promise<Deployment | null>;
  /**
   * Begins it where it is its turn: no other of its application is under way, and fewer than `atOnce` in all, counting those that were asked
   * for earlier and wait for nothing else. One that waits while a newer one of its application is there, or serves, is superseded. Again after it has begun: `begun`. System role, as all that follows.
   */
  turn(id: string, atOnce: number): Promise<DeploymentTurn>;
  /** Values that were given, decrypted; empty once they were forgotten. */
  given(id: string): Promise<Record<string, string | null>>;
  /** In place of the values that were given. */
  give(id: string, given: Record<string, string | null>): Promise<void>;
  forgetGiven(id: string): Promise<void>;
  setOperation(id: string, operation: string): Promise<void>;
  update(
    id: string,
    change: Partial<
      Pick<
        Deployment,
        "step" | "message" | "analysis" | "artifact" | "environment" | "environmentVersion" | "podId" | "buildPodId" | "generation" | "url"
      >
    >,
  ): Promise<void>;
  /** Ends it; one that has ended stays as it is. */
  finish(
    id: string,
    end: Pick<Deployment, "step" | "message"> & { state: "succeeded" | "failed" | "cancelled" | "superseded" },
  ): Promise<void>;
  /** Lines of its build and of what failed, for people. */
  log(id: string): Promise<string>;
  /** Adds to the log; of what is too much the end stays. */
  appendLog(id: string, text: string): Promise<void>;
  /** Deletes all of an application. */
  deleteAll(tenantId: string, name: string): Promise<void>;
}
