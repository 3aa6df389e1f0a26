import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Address } from "@agentpod/core/runtime";

export interface UpgradeRequest {
  address: Address;
  method: string;
  path: string;
  /** Flat list without hop-by-hop headers. */
  headers: readonly string[];
  protocol: string;
  connectSeconds: number;
  timeoutSeconds: number;
}

export interface UpgradeCallbacks {
  onUpgrade(response: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The upstream answered without upgrading. */
  onResponse(response: IncomingMessage): void;
  /** Not called after one of the others. `isConnected`: the request may have reached the upstream. */
  onError(error: Error, isConnected: boolean): void;
}

/** Asks an upstream for an upgrade. The returned function gives up. */
export function requestUpgrade(asked: UpgradeRequest, callbacks: UpgradeCallbacks): () => void {
  let isConnected = false;
  let isSettled = false;
  const settle = (): boolean => {
    clearTimeout(timer);
    const isFirst = !isSettled;
    isSettled = true;
    return isFirst;
  };
  const { address } = asked;
  const target =
    address.kind === "unix" ? { path: address.path } : { host: address.host, port: address.port, noDelay: true, keepAlive: true };
  const outgoing: ClientRequest = httpRequest({
    method: asked.method,
    path: asked.path,
    headers: [...asked.headers, "connection", "upgrade", "upgrade", asked.protocol],
    setHost: false,
    // Half-closed ends are passed on, not turned into closed ones.
    createConnection: () =>
      connect({ ...target, allowHalfOpen: true }).once("connect", () => {
        isConnected = true;
        clearTimeout(timer);
        timer = setTimeout(expire, asked.timeoutSeconds * 1000);
      }),
  });
  const expire = () => outgoing.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" }));
  let timer = setTimeout(expire, asked.connectSeconds * 1000);
  outgoing.on("upgrade", (response, socket, head) => {
    if (settle()) callbacks.onUpgrade(response, socket, head);
    else socket.destroy();
  });
  outgoing.on("response", (response) => {
    if (settle()) callbacks.onResponse(response);
    else response.destroy();
  });
  outgoing.on("error", (error) => {
    if (settle()) callbacks.onError(error, isConnected);
  });
  outgoing.end();
  return () => {
    settle();
    outgoing.destroy();
  };
}
