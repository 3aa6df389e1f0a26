import { sql } from "drizzle-orm";
import { jsonb, pgPolicy, text } from "drizzle-orm/pg-core";
import { agentpod, appRole } from "./agentpod.ts";
import { instant } from "./columns.ts";
import { everyTenant, systemPolicy } from "./policies.ts";

/** Platform settings belong to no tenant; only the installation id is for everyone. */
export const settings = agentpod.table(
  "settings",
  {
    key: text("key").primaryKey(),
    value: jsonb("value").$type<unknown>(),
    actor: text("actor").notNull(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  () => [
    pgPolicy("settings_app", { to: appRole, for: "all", using: everyTenant, withCheck: everyTenant }),
    pgPolicy("settings_installation", { to: appRole, for: "select", using: sql`key = 'installation'` }),
    systemPolicy("settings"),
  ],
);
