import type { Allocation } from "@agentpod/core/store";
import { integer, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { tenantPolicies } from "./policies.ts";
import { servers } from "./servers.ts";

export const allocations = agentpod.table(
  "allocations",
  {
    server: text("server")
      .notNull()
      .references(() => servers.name),
    kind: text("kind").$type<Allocation["kind"]>().notNull(),
    value: integer("value").notNull(),
    ...ofPod(),
    purpose: text("purpose").notNull(),
  },
  (t) => [
    primaryKey({ name: "allocations_pkey", columns: [t.server, t.kind, t.value] }),
    unique("allocations_purpose").on(t.podId, t.kind, t.purpose),
    podReference("allocations_pod", t),
    ...tenantPolicies("allocations"),
  ],
);
