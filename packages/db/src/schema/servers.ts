import { sql } from "drizzle-orm";
import { pgPolicy, text } from "drizzle-orm/pg-core";
import { agentpod, appRole } from "./agentpod.ts";
import { createdAt } from "./columns.ts";
import { systemPolicy } from "./policies.ts";

/** Where pods run. `local`, this machine, is made with the database. */
export const servers = agentpod.table("servers", { name: text("name").primaryKey(), createdAt: createdAt() }, () => [
  pgPolicy("servers_app", { to: appRole, for: "select", using: sql`true` }),
  systemPolicy("servers"),
]);
