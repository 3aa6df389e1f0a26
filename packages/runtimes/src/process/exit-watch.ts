import { execFile } from "node:child_process";
import { closeSync, constants, existsSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Ours alone to open. Twice: no effect. */
export async function makeNamedPipe(path: string): Promise<void> {
  if (existsSync(path)) return;
  try {
    await run("mkfifo", ["-m", "600", "--", path]);
  } catch (error) {
    if (!existsSync(path)) throw error;
  }
}

/**
 * Learns of a process's end without being its parent and without polling: the process holds the write end of a named
 * pipe that it never writes to; when the last writer is gone, the reader gets the end of the stream.
 */
export interface ExitWatch {
  /** Resolves when no writer is left; or on `close`. A wake-up, not a fact: look. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Listens on the pipe. Without a writer at this moment it never ends: check that the process is there afterwards. */
export function watchExit(path: string): ExitWatch {
  const socket = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), readable: true, writable: false });
  const ended = new Promise<void>((resolve) => {
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve());
  });
  socket.resume();
  // A watch alone keeps no control plane alive.
  socket.unref();
  return { ended, close: () => socket.destroy() };
}

/** The write end, to be inherited; needs a reader to be open. Close it when it has been inherited. */
export function openWriter(path: string): { fd: number; close(): void } {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  return { fd, close: () => closeSync(fd) };
}
