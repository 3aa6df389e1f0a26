import { z } from "zod";
import { artifactDigest } from "../pod-spec.ts";
import { needKinds, projectTypes } from "../products/code/analysis.ts";

/** Code that was handed over, kept under its digest. */
export const sourceView = z.object({
  /** Names it as `code.artifact` and `build.artifact`. The same content has the same digest, wherever it came from. */
  digest: z.string(),
  /** Of its tar. */
  bytes: z.number(),
  files: z.number(),
  /** Of a repository; else null. */
  commit: z.string().nullable(),
  /** What was left out and why, in sentences. */
  notices: z.array(z.string()),
});
export type SourceView = z.infer<typeof sourceView>;

/** An upload in parts, under the digest that the whole will have: it can be taken up again from anywhere. */
export const uploadView = z.object({ received: z.number() });
export type UploadView = z.infer<typeof uploadView>;

const secret = z.string().min(1).max(16_384);

export const fetchSourceRequest = z.strictObject({
  url: z.string().min(1).max(2048),
  /** A branch, tag or whole commit; absent: the repository's own branch. */
  ref: z.string().min(1).max(200).optional(),
  /** Used once and kept nowhere. */
  credentials: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("token"), user: z.string().min(1).max(200).optional(), token: secret }),
      z.strictObject({ kind: z.literal("key"), key: secret }),
    ])
    .optional(),
  /** For SSH: lines of a known_hosts file. Absent: the first key that is seen is taken. */
  knownHosts: z.string().max(16_384).optional(),
});
export type FetchSourceRequest = z.infer<typeof fetchSourceRequest>;

/** A source's digest, or that of an upload, in a path. */
export const sourceDigest = artifactDigest;

const argv = z.array(z.string());

/** As `Analysis` in core says. */
export const analysisView = z.object({
  type: z.enum(projectTypes),
  root: z.string(),
  package: z.string().nullable(),
  framework: z.string().nullable(),
  packageManager: z.object({ name: z.string(), version: z.string().nullable() }).nullable(),
  runtime: z.object({ name: z.enum(["node", "python"]), version: z.string() }).nullable(),
  install: z.array(argv),
  build: z.array(argv),
  start: argv.nullable(),
  startEnv: z.record(z.string(), z.string()),
  ports: z.array(z.number()),
  probe: z.object({ kind: z.enum(["http", "tcp"]), path: z.string().optional() }).nullable(),
  output: z.string().nullable(),
  singlePage: z.boolean(),
  needs: z.array(z.enum(needKinds)),
  notOffered: z.array(z.string()),
  env: z.array(z.string()),
  migrations: argv.nullable(),
  dockerfile: z.string().nullable(),
  units: z.array(z.record(z.string(), z.unknown())),
  refused: z.array(z.object({ path: z.string(), expected: z.string(), nearest: z.string().optional() })),
  reasons: z.array(z.object({ about: z.string(), text: z.string(), file: z.string().nullable(), warns: z.boolean() })),
});
