import { z } from "zod";
import { type TerminalEnd, terminalEnd, terminalSize } from "./terminal-view.ts";

/**
 * The WebSocket of one view. Binary frames are what is typed (to the terminal) and what is shown (to the view); text frames
 * are control messages as JSON. The view begins with its size. Both sides count the bytes they have used up, so that neither
 * sends more than `terminalWindow` ahead: a view that is slower misses the output in between and gets a new snapshot.
 */
export const terminalFromView = z.union([
  z.strictObject({ resize: terminalSize }),
  /** Bytes of output on the screen so far, since the view began. */
  z.strictObject({ shown: z.int().min(0) }),
]);
export type TerminalFromView = z.output<typeof terminalFromView>;

export const terminalToView = z.union([
  /** The next `bytes` of output are a whole screen: reset, take this size, then write them. */
  z.strictObject({ snapshot: z.strictObject({ size: terminalSize, bytes: z.int(), title: z.string() }) }),
  z.strictObject({ size: terminalSize }),
  z.strictObject({ title: z.string() }),
  /** Bytes of input that the program's terminal has taken so far, since the view began. */
  z.strictObject({ taken: z.int() }),
  /** Nothing follows; the socket stays until the view leaves. */
  z.strictObject({ end: terminalEnd }),
]);
export type TerminalToView =
  | { snapshot: { size: { cols: number; rows: number }; bytes: number; title: string } }
  | { size: { cols: number; rows: number } }
  | { title: string }
  | { taken: number }
  | { end: TerminalEnd };

/** Bytes that may be on their way to a view, and from a view, without an answer. */
export const terminalWindow = { output: 512 * 1024, input: 256 * 1024 } as const;
/** Largest binary frame. */
export const terminalFrameBytes = 64 * 1024;
/** Where a WebSocket is closed with a reason of ours. 4401: the login has ended. 4404: there is no such terminal. */
export const terminalCloseCodes = { loginEnded: 4401, gone: 4404, hostAway: 4503 } as const;
