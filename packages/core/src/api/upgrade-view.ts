import { z } from "zod";
import { name } from "../name.ts";
import { type UpgradeLine, upgradeActions } from "../upgrade-plan.ts";
import { type OperationView, operationView } from "./operation-view.ts";

const podLabel = z.string().regex(/^[a-z0-9-]{1,40}\/[a-z0-9-]{1,40}$/, "a pod such as acme/web");

/** Which pods: one, some, a tenant's, those of a template, or all that the caller may change. At least one of them is said. */
export const upgradeSelection = z.strictObject({
  tenant: name.optional(),
  /** With `tenant`. */
  pod: name.optional(),
  /** `<tenant>/<pod>` each; with `tenant` or `template` those of them alone. */
  pods: z.array(podLabel).min(1).max(500).optional(),
  /** A package is a template, too. */
  template: name.optional(),
  all: z.boolean().default(false),
  /** A version, for one template alone; absent: the newest of each. */
  to: z.int().min(1).max(1_000_000_000).optional(),
  /** Volumes are backed up first, and brought back with the old version; where their template does not say how to copy them while it runs, the pod stands still for it. */
  withState: z.boolean().default(true),
});

export const upgradeRequest = upgradeSelection.extend({
  /** So many pods at the same time. */
  atOnce: z.int().min(1).max(20).default(1),
  /** After so many that failed no other is begun. */
  stopAfter: z.int().min(1).max(1000).default(3),
  /** A pod has to be healthy for so long. */
  settleSeconds: z.int().min(0).max(3600).default(10),
  /** A pod that is not healthy after so long has failed. */
  timeoutSeconds: z.int().min(5).max(86_400).default(300),
});

export const upgradeLineView = z.object({
  id: z.string(),
  pod: z.string(),
  template: z.string().nullable(),
  from: z.number().nullable(),
  to: z.number().nullable(),
  action: z.enum(upgradeActions),
  /** Why nothing is done with it, or may be done; empty for one that is upgraded. */
  reason: z.string(),
  issues: z.array(z.object({ path: z.string(), expected: z.string(), nearest: z.string().optional() })),
  withState: z.boolean(),
});

export const upgradeView = z.object({
  plan: z.array(upgradeLineView),
  /** Null: there was nothing to upgrade. */
  operation: operationView.nullable(),
});

export type UpgradeSelection = z.input<typeof upgradeSelection>;
export type UpgradeRequest = z.input<typeof upgradeRequest>;
export interface UpgradeView {
  plan: UpgradeLine[];
  operation: OperationView | null;
}
