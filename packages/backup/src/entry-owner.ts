import type { Header } from "tar-stream";

/** The field of a tar takes six octal digits. */
const largest = 0o777777;

/** User and group of an entry; large numbers are told in its extended header. */
export function ownerOf(header: Header): { uid: number; gid: number } {
  const { pax } = header as { pax?: Record<string, string> };
  return { uid: numberIn(pax?.uid) ?? header.uid ?? 0, gid: numberIn(pax?.gid) ?? header.gid ?? 0 };
}

/** The header as it is written, so that no number is cut. */
export function withOwner(header: Header): Header {
  const { uid, gid } = ownerOf(header);
  if (uid <= largest && gid <= largest) return header;
  return { ...header, uid: Math.min(uid, largest), gid: Math.min(gid, largest), pax: { uid: String(uid), gid: String(gid) } } as Header;
}

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
