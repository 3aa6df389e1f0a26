import { bigint } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, instant } from "./columns.ts";
import { systemPolicy } from "./policies.ts";

/** The chain over the events, in the order in which they became visible. Only ever added to; what is archived goes by a function of the owner's. */
export const eventSeals = agentpod.table(
  "event_seals",
  {
    seq: bigint("seq", { mode: "number" }).primaryKey(),
    eventId: bigint("event_id", { mode: "number" }).notNull().unique("event_seals_event"),
    hash: bytes("hash").notNull(),
    sealedAt: instant("sealed_at").notNull().defaultNow(),
  },
  () => [systemPolicy("event_seals")],
);
