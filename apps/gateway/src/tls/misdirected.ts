import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type CertificateIndex, coversHost } from "./certificate-index.ts";

/**
 * Whether a request for a host came by a connection that was opened for another one, with a certificate that is not good
 * for it: its client never saw proof of this host. A client that named no host at all took what it got.
 */
export function isMisdirected(socket: Socket, host: string, certificates: CertificateIndex): boolean {
  const name = (socket as TLSSocket).servername as string | false | null | undefined;
  if (!name || name === host) return false;
  const asked = name.toLowerCase();
  if (asked === host) return false;
  const entry = certificates.find(asked);
  return entry === null ? !/^[\d.]+$|:/.test(asked) : !coversHost(entry, host);
}
