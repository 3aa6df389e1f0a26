import { sql } from "drizzle-orm";
import { bigint, boolean, check, pgPolicy } from "drizzle-orm/pg-core";
import { agentpod, appRole } from "./agentpod.ts";
import { systemPolicy } from "./policies.ts";

/** One row: the version of the route table. Taken first by every change of routes, so changes commit in version order. */
export const routeTable = agentpod.table(
  "route_table",
  { only: boolean("only").primaryKey().default(true), version: bigint("version", { mode: "number" }).notNull().default(0) },
  (t) => [
    check("route_table_one_row", sql`${t.only}`),
    pgPolicy("route_table_app", { to: appRole, for: "all", using: sql`true`, withCheck: sql`true` }),
    systemPolicy("route_table"),
  ],
);
