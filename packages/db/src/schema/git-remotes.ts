import { primaryKey, text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { instant, tenantId } from "./columns.ts";
import { tenantPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

/** What was last taken from pushes to applications' own remotes. */
export const gitRemotes = agentpod.table(
  "git_remotes",
  {
    tenantId: tenantId()
      .notNull()
      .references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    branch: text("branch").notNull(),
    commit: text("commit").notNull(),
    pushedAt: instant("pushed_at").notNull().defaultNow(),
  },
  (t) => [primaryKey({ name: "git_remotes_pkey", columns: [t.tenantId, t.name] }), ...tenantPolicies("git_remotes")],
);
