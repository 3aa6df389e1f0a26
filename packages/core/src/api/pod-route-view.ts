import { z } from "zod";
import { routeSpec } from "../pod-spec.ts";
import { routePolicies } from "../route-policies.ts";
import { certificateView } from "./certificate-view.ts";
import { routedHostField } from "./host-field.ts";

const { split, wake, wakeSeconds, path, timeoutSeconds, drainSeconds } = routeSpec.shape;
const policies = routePolicies.shape;

/** A password is hashed before it is stored. With neither, or with `***`, the user keeps the one it has. */
const credential = z.strictObject({
  name: z.string().min(1).max(100),
  password: z.string().min(1).max(1000).optional(),
  passwordHash: z.string().max(200).optional(),
});

/** What is given takes the place of what is there; null takes it away; all else stays. */
export const policyChanges = z.strictObject({
  https: policies.https.unwrap().nullish(),
  hsts: policies.hsts.unwrap().nullish(),
  maintenance: policies.maintenance.unwrap().nullish(),
  addresses: policies.addresses.unwrap().nullish(),
  deniedPaths: policies.deniedPaths.unwrap().nullish(),
  forwardedFor: policies.forwardedFor.unwrap().nullish(),
  rateLimit: policies.rateLimit.unwrap().nullish(),
  basicAuth: policies.basicAuth
    .unwrap()
    .extend({ users: z.array(credential).min(1).max(100) })
    .nullish(),
  cors: policies.cors.unwrap().nullish(),
  maxBodyBytes: policies.maxBodyBytes.unwrap().nullish(),
  requestHeaders: policies.requestHeaders.unwrap().nullish(),
  responseHeaders: policies.responseHeaders.unwrap().nullish(),
  compress: policies.compress.unwrap().nullish(),
  retries: policies.retries.unwrap().nullish(),
  idleTimeoutSeconds: policies.idleTimeoutSeconds.unwrap().nullish(),
});

/** Only what is given changes. */
export const patchRouteRequest = z.strictObject({
  addHosts: z.array(routedHostField).max(50).optional(),
  /** One that is not there is no error. */
  removeHosts: z.array(routedHostField).max(50).optional(),
  policies: policyChanges.optional(),
  /** Null: all requests go to this pod again. */
  split: split.unwrap().nullish(),
  wake: wake.unwrap().optional(),
  wakeSeconds: wakeSeconds.unwrap().optional(),
  path: path.unwrap().optional(),
  timeoutSeconds: timeoutSeconds.unwrap().optional(),
  drainSeconds: drainSeconds.unwrap().optional(),
  /** Refused as a conflict when the pod has moved on since. */
  generation: z.int().min(1).optional(),
});

export const routedHostView = z.object({
  /** Punycode, lower case. */
  host: z.string(),
  unicode: z.string(),
  /** Whether the spec declares it; else it is the pod's own, which it always has. */
  declared: z.boolean(),
  /** What HTTPS serves for it; null: nothing yet. */
  certificate: certificateView.pick({ id: true, names: true, source: true, state: true, notAfter: true, message: true }).nullable(),
  urls: z.array(z.string()),
});

export const podRouteView = z.object({
  /** Position in the spec's `routes`. */
  index: z.number(),
  /** As the access log names it. */
  id: z.string(),
  /** Generation of the pod that these are the routes of. */
  generation: z.number(),
  unit: z.string(),
  port: z.string(),
  path: z.string(),
  hosts: z.array(routedHostView),
  publicPort: z.number().nullable(),
  timeoutSeconds: z.number(),
  drainSeconds: z.number(),
  /** Password hashes are shown as `***`. */
  policies: routePolicies.nullable(),
  split: z.object({ pod: z.string(), percent: z.number() }).nullable(),
  wake: z.boolean(),
  wakeSeconds: z.number(),
  state: z.enum(["serving", "holding", "sleeping", "unready", "stopped"]),
  message: z.string(),
  /** URLs, the preferred one first. */
  addresses: z.array(z.string()),
});

export type PolicyChanges = z.input<typeof policyChanges>;
export type PatchRouteRequest = z.input<typeof patchRouteRequest>;
export type PodRouteView = z.infer<typeof podRouteView>;
