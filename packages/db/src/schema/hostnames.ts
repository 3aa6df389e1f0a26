import { index, text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { tenantPolicies } from "./policies.ts";

/** A host name belongs to one pod in the whole installation; several routes of that pod may share it by path. */
export const hostnames = agentpod.table("hostnames", { host: text("host").primaryKey(), ...ofPod() }, (t) => [
  index("hostnames_pod").on(t.podId),
  podReference("hostnames_pod", t),
  ...tenantPolicies("hostnames"),
]);
