import type { Pod } from "@agentpod/core/pod";
import { integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt } from "./columns.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { tenantPolicies } from "./policies.ts";

export const podRevisions = agentpod.table(
  "pod_revisions",
  {
    ...ofPod(),
    generation: integer("generation").notNull(),
    spec: jsonb("spec").$type<Pod["spec"]>().notNull(),
    templateName: text("template_name"),
    templateVersion: integer("template_version"),
    inputs: jsonb("inputs").$type<Pod["inputs"]>().notNull(),
    actor: text("actor").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: "pod_revisions_pkey", columns: [t.podId, t.generation] }),
    podReference("pod_revisions_pod", t),
    ...tenantPolicies("pod_revisions"),
  ],
);
