import type { BlockList, Socket } from "node:net";

/** Who is at the other end of a connection. */
export interface Peer {
  /** Without the `::ffff:` of an IPv4 address. */
  address: string;
  /** Its forwarded headers count. */
  isTrusted: boolean;
  /** The connection to it is encrypted. */
  isTls: boolean;
  /** A gateway of this machine in front of this one, by the inner door: no address of its own on the way. */
  isInner: boolean;
}

const peerKey = Symbol("peer");
type WithPeer = Socket & { [peerKey]?: Peer };

/** Learned once per connection. */
export function peerOf(socket: Socket, trusted: BlockList | null): Peer {
  const known = (socket as WithPeer)[peerKey];
  if (known) return known;
  const address = plainAddress(socket.remoteAddress ?? "");
  const peer = { address, isTrusted: trusted !== null && isListed(address, trusted), isTls: "encrypted" in socket, isInner: false };
  (socket as WithPeer)[peerKey] = peer;
  return peer;
}

/** A connection that came in by the inner door. */
export function markInner(socket: Socket): void {
  (socket as WithPeer)[peerKey] = { address: "127.0.0.1", isTrusted: true, isTls: false, isInner: true };
}

/** The client behind trusted proxies: the last address of the chain that is not a trusted proxy itself. */
export function clientAddress(peer: Peer, forwardedFor: string | null, trusted: BlockList | null): string {
  if (!peer.isTrusted || forwardedFor === null) return peer.address;
  const chain = forwardedFor.split(",").map((part) => plainAddress(part.trim()));
  for (let i = chain.length - 1; i >= 0; i--) {
    const address = chain[i] ?? "";
    if (!/^[0-9a-fA-F.:]{2,45}$/.test(address)) return peer.address;
    if (trusted === null || !isListed(address, trusted)) return address;
  }
  return chain[0] ?? peer.address;
}

function isListed(address: string, list: BlockList): boolean {
  return address !== "" && list.check(address, address.includes(":") ? "ipv6" : "ipv4");
}

const plainAddress = (address: string): string => (address.startsWith("::ffff:") ? address.slice(7) : address);
