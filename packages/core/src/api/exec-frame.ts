/**
 * The exec WebSocket: binary frames whose first byte is the channel. The client opens with a control frame
 * `ExecStart`; after that `{ resize }` from the client; `{ exit }` or `{ error }` from the server, which then closes.
 * A stdin frame without data closes stdin.
 */
export const execChannel = { stdin: 0, stdout: 1, stderr: 2, control: 3 } as const;

export interface ExecStart {
  argv: string[];
  tty: { cols: number; rows: number } | null;
  env?: Record<string, string>;
  workdir?: string;
}

export type ExecControlFromClient = ExecStart | { resize: { cols: number; rows: number } };
export type ExecControlFromServer = { exit: number } | { error: { code: string; message: string } };

/** A frame of one channel. */
export function execFrame(channel: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(data.length + 1);
  frame[0] = channel;
  frame.set(data, 1);
  return frame;
}

/** A control frame. */
export function controlFrame(message: ExecControlFromClient | ExecControlFromServer): Uint8Array<ArrayBuffer> {
  return execFrame(execChannel.control, new TextEncoder().encode(JSON.stringify(message)));
}
