import { z } from "zod";
import { name } from "../name.ts";

/** Columns and rows of a terminal. */
export const terminalSize = z.strictObject({ cols: z.int().min(2).max(1000), rows: z.int().min(1).max(1000) });
export type TerminalSize = z.output<typeof terminalSize>;

const text = z.string().max(32_768);

/** Body of `POST …/terminals`. */
export const openTerminalRequest = z.strictObject({
  /** The pod's first unit unless given. */
  unit: name.optional(),
  /** The best shell of the unit unless given. */
  command: z.array(text.min(1)).min(1).max(500).optional(),
  workdir: text.optional(),
  size: terminalSize.default({ cols: 80, rows: 24 }),
});
export type OpenTerminalRequest = z.input<typeof openTerminalRequest>;

/** Why a terminal has ended. */
export const terminalEndReasons = [
  /** Its program ended by itself. */
  "exited",
  /** Somebody closed it. */
  "closed",
  /** The run of its unit ended, and its program with it. */
  "run_ended",
  /** Nobody looked and nothing moved for long. */
  "idle",
  /** The terminal host was killed: the screen is lost, and its program is ended. */
  "host_ended",
] as const;
export const terminalEnd = z.object({ reason: z.enum(terminalEndReasons), exitCode: z.int().nullable() });
export type TerminalEnd = z.output<typeof terminalEnd>;

/** A terminal of a pod. What is typed and shown there is in none of its fields. */
export const terminalView = z.object({
  id: z.uuid(),
  unit: z.string(),
  size: terminalSize,
  openedAt: z.string(),
  /** `user:<id>`, `token:<id>`. */
  openedBy: z.string(),
  /** How many look at it now. */
  viewers: z.int(),
  /** Null while its program runs; an ended one shows its last screen for some minutes. */
  end: terminalEnd.nullable(),
});
export type TerminalView = z.output<typeof terminalView>;
