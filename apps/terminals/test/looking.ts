import { once } from "node:events";
import { type TerminalToView, terminalFrameBytes, terminalWindow } from "@agentpod/core/api/terminal-frame";
import type { TerminalEnd, TerminalSize } from "@agentpod/core/api/terminal-view";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import xterm from "@xterm/headless";
import { expect } from "vitest";
import WebSocket from "ws";

/** A view with a screen of its own, as a browser has it. */
export interface Looking {
  /** The lines on the screen, without what trails. */
  screen(): string;
  terminal: xterm.Terminal;
  size(): TerminalSize;
  end(): TerminalEnd | null;
  snapshots(): number;
  /** Bytes received so far. */
  received(): number;
  /** Stops, or goes on, telling that anything was shown. */
  stall(isStalled: boolean): void;
  /** Sends in windows, as the protocol asks; resolves once all was taken. */
  type(data: string | Uint8Array): Promise<void>;
  resize(size: TerminalSize): void;
  until(pattern: RegExp): Promise<void>;
  leave(): Promise<void>;
}

export async function look(socket: string, id: string, size: TerminalSize = { cols: 80, rows: 24 }): Promise<Looking> {
  const line = new WebSocket(`ws+unix:${socket}:/terminals/${id}/attach`, { perMessageDeflate: false });
  await once(line, "open");
  return lookThrough(line, size);
}

/** Over a WebSocket that is open. */
export function lookThrough(line: WebSocket, size: TerminalSize): Looking {
  const terminal = new xterm.Terminal({ ...size, allowProposedApi: true, scrollback: 10_000 });
  terminal.loadAddon(new Unicode11Addon() as never);
  terminal.unicode.activeVersion = "11";
  let [shown, received, snapshots, taken] = [0, 0, 0, 0];
  let isStalled = false;
  let end: TerminalEnd | null = null;
  const tell = () => {
    if (!isStalled && line.readyState === line.OPEN) line.send(JSON.stringify({ shown }));
  };
  line.on("message", (data, isBinary) => {
    if (isBinary) {
      const bytes = data as Buffer;
      received += bytes.length;
      terminal.write(bytes, () => {
        shown += bytes.length;
        tell();
      });
      return;
    }
    const message = JSON.parse(String(data)) as TerminalToView;
    if ("snapshot" in message) {
      snapshots++;
      // Through the queue, so that what was written before does not come after.
      terminal.write("", () => {
        terminal.reset();
        terminal.resize(message.snapshot.size.cols, message.snapshot.size.rows);
      });
    } else if ("size" in message) terminal.write("", () => terminal.resize(message.size.cols, message.size.rows));
    else if ("taken" in message) taken = message.taken;
    else if ("end" in message) end = message.end;
  });
  line.on("error", () => undefined);
  let sent = 0;
  line.send(JSON.stringify({ resize: size }));
  const screen = () => {
    const { active } = terminal.buffer;
    const rows = Array.from({ length: terminal.rows }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? "");
    return rows.join("\n").trimEnd();
  };
  return {
    terminal,
    screen,
    size: () => ({ cols: terminal.cols, rows: terminal.rows }),
    end: () => end,
    snapshots: () => snapshots,
    received: () => received,
    stall(value) {
      isStalled = value;
      tell();
    },
    async type(data) {
      const bytes = Buffer.from(data as string);
      for (let at = 0; at < bytes.length; at += terminalFrameBytes) {
        while (sent - taken >= terminalWindow.input) await once(line, "message");
        const part = bytes.subarray(at, at + terminalFrameBytes);
        line.send(part);
        sent += part.length;
      }
      while (taken < sent) await once(line, "message");
    },
    resize: (to) => line.send(JSON.stringify({ resize: to })),
    until: (pattern) => expect.poll(screen, { timeout: 20_000, interval: 20 }).toMatch(pattern),
    async leave() {
      const gone = once(line, "close");
      line.close();
      await gone;
    },
  };
}
