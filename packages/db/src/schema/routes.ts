import type { RoutePolicies } from "@agentpod/core/route-policies";
import type { RouteState, Upstream } from "@agentpod/core/route-table";
import type { RouteRow } from "@agentpod/core/store";
import { bigint, boolean, integer, jsonb, text, unique, uuid } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { ofPod, podReference } from "./of-pod.ts";
import { tenantPolicies } from "./policies.ts";

export const routes = agentpod.table(
  "routes",
  {
    id: uuid("id").primaryKey(),
    ...ofPod(),
    index: integer("index").notNull(),
    unit: text("unit").notNull(),
    port: text("port").notNull(),
    hosts: text("hosts").array().notNull(),
    path: text("path").notNull(),
    publicPort: integer("public_port"),
    timeoutSeconds: integer("timeout_seconds").notNull(),
    drainSeconds: integer("drain_seconds").notNull(),
    policies: jsonb("policies").$type<RoutePolicies>(),
    split: jsonb("split").$type<NonNullable<RouteRow["split"]>>(),
    wake: boolean("wake").notNull().default(false),
    wakeSeconds: integer("wake_seconds").notNull().default(60),
    state: text("state").$type<RouteState>().notNull().default("unready"),
    message: text("message").notNull().default(""),
    upstreams: jsonb("upstreams").$type<Upstream[]>().notNull().default([]),
    version: bigint("version", { mode: "number" }).notNull(),
  },
  (t) => [unique("routes_pod_index").on(t.podId, t.index), podReference("routes_pod", t), ...tenantPolicies("routes")],
);
