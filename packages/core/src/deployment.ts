import { z } from "zod";
import { artifactDigest } from "./pod-spec.ts";
import { previewDatabases, previewTtlSeconds } from "./preview.ts";
import { type Analysis, needKinds } from "./products/code/analysis.ts";

/** `superseded`: a newer deployment of the same application was asked for before this one had begun. */
export const deploymentStates = ["queued", "running", "succeeded", "failed", "cancelled", "superseded"] as const;
export const deploymentActions = ["deploy", "rollback", "promote"] as const;
export type DeploymentState = (typeof deploymentStates)[number];

export const isDeploymentEnded = (state: DeploymentState): boolean => state !== "queued" && state !== "running";

/** What of an analysis its owner wants otherwise, and what the analysis cannot know. */
export const deploySettings = z.strictObject({
  /** The application's folder, where there are several. */
  root: z.string().max(1024).optional(),
  runtime: z
    .string()
    .regex(/^(node@\d{1,3}|python@3\.\d{1,2})$/, "a runtime such as node@22 or python@3.12")
    .optional(),
  /** Databases that are started beside it, instead of those that were found. */
  needs: z.array(z.enum(needKinds)).max(needKinds.length).optional(),
  /** Of the application; the container's own limits. */
  cpus: z.number().min(0.05).max(64).optional(),
  memoryMb: z.int().min(32).max(1_048_576).optional(),
  /** Of its build. */
  buildMemoryMb: z.int().min(128).max(1_048_576).optional(),
  buildMinutes: z.int().min(1).max(240).optional(),
});
export type DeploySettings = z.infer<typeof deploySettings>;

/** What a build may take, of memory and of time. */
export const buildBounds = ({ buildMemoryMb = 1024, buildMinutes = 20 }: DeploySettings): { memoryMb: number; minutes: number } => ({
  memoryMb: buildMemoryMb,
  minutes: buildMinutes,
});

/** Values are stored encrypted as soon as they arrive. */
export const environmentName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,100}$/, "an environment name: letters, digits and _, not starting with a digit");

export const deployRequest = z.strictObject({
  /** A source that is here. */
  source: artifactDigest,
  /** Where it came from, for people: a folder's name, an address. */
  origin: z.string().max(500).default("an archive"),
  /** Given again or anew; what is not named stays as in the last deployment. Null takes a variable away. */
  environment: z.record(environmentName, z.string().max(32_768).nullable()).default({}),
  settings: deploySettings.default({}),
  /** Beside what serves instead of in its place: an application of its own that goes again after a while. */
  preview: z
    .strictObject({
      /** A branch's name, say; what no host name may hold becomes hyphens. */
      name: z.string().min(1).max(200),
      /** What its database begins with; `empty` unless said otherwise. */
      database: z.enum(previewDatabases).optional(),
      ttlSeconds: previewTtlSeconds.optional(),
    })
    .optional(),
});

/** One deployment of an application: a revision of code, configuration and environment together (C7). */
export interface Deployment {
  id: string;
  tenantId: string;
  tenant: string;
  /** The application's name, and its pod's. */
  name: string;
  /** From 1, for each application. */
  number: number;
  /** `promote`: what serves elsewhere is taken as it is, without being built again. */
  action: (typeof deploymentActions)[number];
  state: DeploymentState;
  /** The step in which it failed; null otherwise. */
  step: string | null;
  /** One sentence for people: where it stands, or what came of it and what to do. */
  message: string;
  source: string;
  origin: string;
  settings: DeploySettings;
  /** Null until the source was looked at. */
  analysis: Analysis | null;
  /** What was built, by its digest; null where nothing had to be, or not yet. */
  artifact: string | null;
  /** By name of a variable, the version of its value. */
  environment: Record<string, number>;
  environmentVersion: number;
  /** Null until the pod's row is there. */
  podId: string | null;
  /** The pod in which it is built; null until there is one. */
  buildPodId: string | null;
  /** The pod's generation that is this deployment; null before it was written. */
  generation: number | null;
  /** Of a rollback: the number that is gone back to. */
  target: number | null;
  url: string | null;
  operationId: string | null;
  actor: string;
  createdAt: string;
  finishedAt: string | null;
}

/** Name of the pod in which an application is built. */
export const buildPodName = (name: string): string => `${name}-build`;

/** Name of the pod's secret that holds one version of a variable. */
export const environmentSecret = (name: string, version: number): string => `${name}__${version}`;
