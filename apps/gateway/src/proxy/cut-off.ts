import type { Socket } from "node:net";
import { connectionBelow } from "../tls/connection-below.ts";
import type { ClientRequest, ClientResponse } from "./client.ts";

/** Ends an answer under way so that it cannot be taken for whole: by a reset of its stream or of its connection. */
export function cutOff(request: ClientRequest, response: ClientResponse): void {
  if (response.cut) response.cut();
  else resetConnection(request.socket);
}

/** An end without a reset could be mistaken for the end of the answer. */
export function resetConnection(socket: Socket): void {
  const below = connectionBelow(socket);
  if (below !== null) below.resetAndDestroy();
  socket.destroy();
}
