import { index, integer, text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { instant } from "./columns.ts";
import { systemPolicy } from "./policies.ts";

/** Counts in fixed windows, shared by all control planes: logins, resets, guests. */
export const attempts = agentpod.table(
  "attempts",
  {
    /** What is counted, for whom; hashed. */
    key: text("key").primaryKey(),
    count: integer("count").notNull(),
    endsAt: instant("ends_at").notNull(),
  },
  (t) => [index("attempts_ends_at").on(t.endsAt), systemPolicy("attempts")],
);
