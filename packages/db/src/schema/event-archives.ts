import { bigint, text } from "drizzle-orm/pg-core";
import { agentpod } from "./agentpod.ts";
import { bytes, createdAt } from "./columns.ts";
import { systemPolicy } from "./policies.ts";

/** Files into which events were moved: the anchors from which the chain is verified. Written by a function of the owner's alone. */
export const eventArchives = agentpod.table(
  "event_archives",
  {
    fromSeq: bigint("from_seq", { mode: "number" }).primaryKey(),
    toSeq: bigint("to_seq", { mode: "number" }).notNull(),
    previousHash: bytes("previous_hash").notNull(),
    hash: bytes("hash").notNull(),
    file: text("file").notNull(),
    sha256: text("sha256").notNull(),
    bytes: bigint("bytes", { mode: "number" }).notNull(),
    createdAt: createdAt(),
  },
  () => [systemPolicy("event_archives")],
);
