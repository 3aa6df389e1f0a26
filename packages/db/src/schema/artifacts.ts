import { bigint, text, unique } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { createdAt, instant, tenantId } from "./columns.ts";
import { sharedPolicies } from "./policies.ts";
import { tenants } from "./tenants.ts";

/** Who may use a content-addressed tar; the tar itself is a file. */
export const artifacts = agentpod.table(
  "artifacts",
  {
    digest: text("digest").notNull(),
    /** Null: the system's, for everyone. */
    tenantId: tenantId().references(() => tenants.id, { onDelete: "cascade" }),
    bytes: bigint("bytes", { mode: "number" }).notNull(),
    createdAt: createdAt(),
    /** When it came last: the same content may come again, to be used. */
    givenAt: instant("given_at").notNull().defaultNow(),
  },
  (t) => [unique("artifacts_digest_tenant").on(t.digest, t.tenantId).nullsNotDistinct(), ...sharedPolicies("artifacts")],
);
