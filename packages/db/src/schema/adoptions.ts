import type { AdoptedUnit } from "@agentpod/core/adopt";
import { boolean, jsonb, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt } from "./columns.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { tenantPolicies } from "./policies.ts";

/** Containers that AgentPod did not make and took over: each is known by its id alone, for its labels cannot be changed. */
export const adoptions = agentpod.table(
  "adoptions",
  {
    ...ofPod(),
    unit: text("unit").notNull(),
    revision: text("revision").notNull(),
    containerId: text("container_id").notNull(),
    found: jsonb("found").$type<AdoptedUnit["found"]>().notNull(),
    ports: jsonb("ports").$type<AdoptedUnit["ports"]>().notNull(),
    volumes: text("volumes").array().notNull(),
    folders: text("folders").array().notNull(),
    isReleasing: boolean("is_releasing").notNull().default(false),
    /** Which master key encrypted what the container keeps, a JSON object. */
    keyId: text("key_id").notNull(),
    ciphertext: bytes("ciphertext").notNull(),
    createdAt: createdAt(),
  },
  (t) => [
    primaryKey({ name: "adoptions_pkey", columns: [t.podId] }),
    podReference("adoptions_pod", t),
    unique("adoptions_container").on(t.containerId),
    ...tenantPolicies("adoptions"),
  ],
);
