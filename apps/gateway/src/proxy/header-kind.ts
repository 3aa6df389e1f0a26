import { forwardedHeaders } from "@agentpod/core/route-table";

/** What becomes of a header on its way through; `copy` is anything not named here. */
export type HeaderKind =
  | "copy"
  | "drop"
  | "forwarded"
  | "host"
  | "cookie"
  | "set-cookie"
  | "connection"
  | "content-length"
  | "transfer-encoding"
  | "trailer"
  | "request-id";

const kinds = new Map<string, HeaderKind>([
  ["keep-alive", "drop"],
  ["proxy-connection", "drop"],
  ["proxy-authenticate", "drop"],
  ["proxy-authorization", "drop"],
  ["te", "drop"],
  ["upgrade", "drop"],
  ["http2-settings", "drop"],
  // Answered here: the body is asked for once an upstream takes it.
  ["expect", "drop"],
  ["host", "host"],
  ["cookie", "cookie"],
  ["set-cookie", "set-cookie"],
  ["connection", "connection"],
  ["content-length", "content-length"],
  ["transfer-encoding", "transfer-encoding"],
  ["trailer", "trailer"],
  ["x-request-id", "request-id"],
  ...forwardedHeaders.map((name): [string, HeaderKind] => [name, "forwarded"]),
]);

const known = new Map<string, HeaderKind>(kinds);
const mostKnown = 2000;

/** Any case; the answer for names seen before costs one look-up. */
export function headerKind(name: string): HeaderKind {
  let kind = known.get(name);
  if (kind === undefined) {
    if (known.size >= mostKnown) known.clear();
    kind = kinds.get(name.toLowerCase()) ?? "copy";
    // A copy: the name may be a part of a whole head, which would be kept along with it.
    known.set(Buffer.from(name, "latin1").toString("latin1"), kind);
  }
  return kind;
}

/** Names that a Connection header may not take away: they are the message's frame or set here. */
const kept = new Set(["host", "content-length", "transfer-encoding", "connection", "close", "keep-alive", "upgrade"]);

/** Header names (lower case) that a Connection header declares to be for this hop alone; null when none, the usual case. */
export function connectionNames(value: string): Set<string> | null {
  if (value === "keep-alive" || value === "close" || value === "Keep-Alive" || value === "Upgrade") return null;
  const names = value.split(",").flatMap((part) => {
    const name = part.trim().toLowerCase();
    return name === "" || kept.has(name) ? [] : [name];
  });
  return names.length === 0 ? null : new Set(names);
}
