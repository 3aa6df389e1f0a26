import { backupTriggers } from "@agentpod/core/volume-backup";
import { z } from "zod";

export const dumpInput = z.strictObject({
  /** Id of the dump that is made. */
  dump: z.uuid(),
  pod: z.uuid(),
  unit: z.string(),
  /** Null: the folder of the home. */
  target: z.uuid().nullable(),
  trigger: z.enum(backupTriggers),
  /** What it is called at the target. */
  object: z.string(),
});
/** `scheduled`: the schedule of its database asked for it. */
export const dumpCheckInput = z.strictObject({ dump: z.uuid(), scheduled: z.boolean() });
export const dumpRestoreInput = z.strictObject({ dump: z.uuid(), pod: z.uuid(), unit: z.string() });

export type DumpInput = z.infer<typeof dumpInput>;
export type DumpCheckInput = z.infer<typeof dumpCheckInput>;
export type DumpRestoreInput = z.infer<typeof dumpRestoreInput>;

export const dumpKind = { kind: "pod.dump", input: dumpInput };
export const dumpCheckKind = { kind: "pod.dump_check", input: dumpCheckInput };
export const dumpRestoreKind = { kind: "pod.dump_restore", input: dumpRestoreInput };
