import { type TerminalToView, terminalCloseCodes, terminalFromView } from "@agentpod/core/api/terminal-frame";
import { AppError } from "@agentpod/core/errors";
import type { RawData, WebSocket } from "ws";
import type { Attached } from "./terminal.ts";
import type { Terminals } from "./terminals.ts";

/** Input that waits for the program's terminal; beyond it nothing is read from the view. */
const mostWaiting = 512 * 1024;

/** Serves one view of a terminal until it leaves. */
export function serveView(terminals: Terminals, id: string, socket: WebSocket): void {
  let attached: Attached;
  try {
    attached = terminals.attach(id, {
      bytes: (data) => socket.send(data),
      say: (message: TerminalToView) => socket.send(JSON.stringify(message)),
    });
  } catch (error) {
    socket.close(terminalCloseCodes.gone, error instanceof AppError ? error.message.slice(0, 120) : "the terminal cannot be shown");
    return;
  }
  let typed: Promise<void> = Promise.resolve();
  let waiting = 0;
  const type = async (data: Buffer) => {
    await attached.input(data).catch(() => undefined);
    waiting -= data.length;
    if (waiting <= mostWaiting) socket.resume();
  };
  socket.on("message", (data: RawData, isBinary: boolean) => {
    const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
    if (isBinary) {
      waiting += bytes.length;
      if (waiting > mostWaiting) socket.pause();
      typed = typed.then(() => type(bytes));
      return;
    }
    const message = terminalFromView.safeParse(parseJson(bytes));
    if (!message.success) socket.close(1008, "this is no message of a view");
    else if ("resize" in message.data) attached.resize(message.data.resize);
    else attached.shown(message.data.shown);
  });
  socket.on("close", () => attached.leave());
  socket.on("error", () => socket.terminate());
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
