import { Socket } from "node:net";

/** The TCP connection of a socket: itself, or what TLS runs on. Null where there is none any more. */
export function connectionBelow(socket: Socket): Socket | null {
  // Node keeps it for itself; there is no other way to reset a TLS connection or to choose its alert.
  const parent = (socket as { _parent?: unknown })._parent;
  return parent instanceof Socket ? parent : "encrypted" in socket ? null : socket;
}
