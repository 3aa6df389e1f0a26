import { z } from "zod";
import { deploymentActions, deploymentStates, deployRequest, deploySettings } from "../deployment.ts";
import { name } from "../name.ts";
import { operationView } from "./operation-view.ts";
import { analysisView } from "./source-view.ts";

export { deployRequest };
export type DeployRequest = z.input<typeof deployRequest>;

/** Code that is deployed already, once more; with other configuration where some is given. */
export const redeployRequest = deployRequest.pick({ environment: true, settings: true });
export type RedeployRequest = z.input<typeof redeployRequest>;

export const rollbackRequest = z.strictObject({
  /** Absent: the one that served before the present one. */
  number: z.int().min(1).max(1_000_000_000).optional(),
});
export type RollbackRequest = z.input<typeof rollbackRequest>;

/** What serves, or served, elsewhere. */
export const promoteRequest = z.strictObject({
  /** The application whose code is taken: a preview mostly. */
  from: name,
  /** One of its deployments that succeeded; absent: the one that serves. */
  number: z.int().min(1).max(1_000_000_000).optional(),
});
export type PromoteRequest = z.input<typeof promoteRequest>;

export const deploymentSummary = z.object({
  id: z.string(),
  tenant: z.string(),
  name: z.string(),
  /** From 1, for each application. */
  number: z.number(),
  action: z.enum(deploymentActions),
  /** Of a rollback: what is gone back to. */
  target: z.number().nullable(),
  state: z.enum(deploymentStates),
  /** Whether it is the one that serves. */
  serves: z.boolean(),
  /** Where it failed. */
  step: z.string().nullable(),
  message: z.string(),
  source: z.string(),
  origin: z.string(),
  url: z.string().nullable(),
  operation: z.string().nullable(),
  actor: z.string(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type DeploymentSummary = z.infer<typeof deploymentSummary>;

/** A revision: code, configuration and environment together. Values of variables are not shown. */
export const deploymentView = deploymentSummary.extend({
  settings: deploySettings,
  analysis: analysisView.nullable(),
  artifact: z.string().nullable(),
  /** By name of a variable, the deployment that it was last given with. */
  environment: z.record(z.string(), z.number()),
  environmentVersion: z.number(),
  pod: z.string().nullable(),
  generation: z.number().nullable(),
});
export type DeploymentView = z.infer<typeof deploymentView>;

/** Accepted: the record, and the operation that carries it out. */
export const begunDeployment = z.object({ deployment: deploymentSummary, operation: operationView });
export interface BegunDeployment {
  deployment: DeploymentSummary;
  operation: z.infer<typeof operationView>;
}

export const deploymentLog = z.object({
  log: z.string(),
  /** Those of its lines that tell why it did not succeed; empty where it did, or goes on. */
  relevant: z.array(z.string()),
});
export type DeploymentLog = z.infer<typeof deploymentLog>;
