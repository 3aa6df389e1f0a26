import { terminalCloseCodes } from "@agentpod/core/api/terminal-frame";
import WebSocket, { type RawData } from "ws";

/** Bytes that may wait for one side before the other is read no further. */
const mostWaiting = 256 * 1024;
const pingMs = 30_000;

/** Joins a view and the terminal host, frame by frame, in constant memory, until either leaves. `host` may still be connecting. */
export function relayView(view: WebSocket, host: WebSocket): void {
  pump(view, host);
  pump(host, view);
  if (host.readyState === WebSocket.CONNECTING) {
    view.pause();
    host.once("open", () => view.resume());
  }
  // A view whose network is gone is no view: nothing else would tell for hours.
  let answers = true;
  const ping = setInterval(() => {
    if (!answers) view.terminate();
    answers = false;
    view.ping();
  }, pingMs);
  view.on("pong", () => {
    answers = true;
  });
  view.on("close", () => {
    clearInterval(ping);
    host.terminate();
  });
  view.on("error", () => view.terminate());
  host.on("close", (code, reason) => {
    const isTold = code === 1000 || code === 1008 || code >= 4000;
    view.close(isTold ? code : terminalCloseCodes.hostAway, isTold ? reason : "the terminal host went away");
  });
  host.on("error", () => host.terminate());
}

function pump(from: WebSocket, to: WebSocket): void {
  const goOn = () => {
    if (from.isPaused && to.bufferedAmount <= mostWaiting / 2) from.resume();
  };
  from.on("message", (data: RawData, isBinary: boolean) => {
    if (to.readyState !== WebSocket.OPEN) return;
    to.send(data, { binary: isBinary }, goOn);
    if (to.bufferedAmount > mostWaiting) from.pause();
  });
}
