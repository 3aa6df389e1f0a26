import { z } from "zod";
import { volumesHeader } from "./volumes-header.ts";

/** Of the layout of a kept dump. */
export const dumpFormat = 1;

/** The first line of a kept dump, in the clear; its key is wrapped as that of a backup of volumes. */
export const dumpHeader = volumesHeader.extend({
  kind: z.literal("agentpod-dump"),
  format: z.literal(dumpFormat),
  /** The database. */
  unit: z.string(),
});

export type DumpHeader = z.infer<typeof dumpHeader>;
