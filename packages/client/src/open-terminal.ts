import { connect } from "node:net";
import type { TerminalSize } from "@agentpod/core/api/terminal-view";
import { AppError, toAppError } from "@agentpod/core/errors";
import WebSocket from "ws";
import { lookupLocalhost } from "./lookup-localhost.ts";
import { terminalPath } from "./terminal-calls.ts";
import { apiUrl, type Transport, unreachable } from "./transport.ts";
import { type Showing, ViewProtocol } from "./view-protocol.ts";

/** A view of a terminal. */
export interface TerminalConnection {
  input(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** Resolves when the view has left; rejects with `unavailable` when the connection broke, or the server's reason to end it. */
  gone: Promise<void>;
  /** Leaves; the program goes on. */
  leave(): void;
}

/** Looks at a terminal. Throws with the server's code when it refuses. */
export async function openTerminal(
  transport: Transport,
  target: { tenant: string; pod: string; id: string },
  size: TerminalSize,
  showing: Showing,
): Promise<TerminalConnection> {
  const { options } = transport;
  const path = `${terminalPath(target.tenant, target.pod, target.id)}/attach`;
  const url = apiUrl(options.baseUrl, path);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const { socketPath } = options;
  const socket = new WebSocket(url, {
    headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
    perMessageDeflate: false,
    ...(socketPath === undefined ? { lookup: lookupLocalhost } : { createConnection: (() => connect(socketPath)) as typeof connect }),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", (cause) => reject(unreachable(options, cause)));
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      // A refused upgrade has no body: the same question without the upgrade is answered with the reason.
      transport
        .json("GET", path)
        .catch(toAppError)
        .then((reason) => reject(reason instanceof AppError && reason.code !== "invalid" ? reason : refused(response.statusCode)));
    });
  });
  const link = {
    sendBytes: (bytes: Uint8Array) => socket.readyState === WebSocket.OPEN && socket.send(bytes),
    sendText: (text: string) => socket.readyState === WebSocket.OPEN && socket.send(text),
  };
  const protocol = new ViewProtocol(link, showing, size);
  socket.on("message", (data, isBinary) => {
    if (isBinary) protocol.receiveBytes(data as Buffer);
    else protocol.receiveText(String(data));
  });
  const gone = new Promise<void>((resolve, reject) => {
    socket.on("close", (code, reason) => {
      if (code === 1000 || code === 1005) resolve();
      else if (code === 4401) reject(new AppError("unauthenticated", "the login has ended; log in again"));
      else if (code === 1008) reject(new AppError("invalid", String(reason)));
      else if (code === 4404) reject(new AppError("not_found", String(reason)));
      else reject(new AppError("unavailable", "the connection to the terminal was lost"));
    });
  });
  gone.catch(() => undefined);
  socket.on("error", () => socket.terminate());
  return {
    input: (bytes) => protocol.input(bytes),
    resize: (cols, rows) => protocol.resize({ cols, rows }),
    gone,
    leave: () => socket.close(1000),
  };
}

const refused = (status: number | undefined) => new AppError("unavailable", `the WebSocket was refused on the way with status ${status}`);
