import { connectionNames, headerKind } from "./header-kind.ts";
import { setsOwnCookie } from "./own-cookies.ts";

export interface ResponseFrame {
  status: number;
  isFront: boolean;
  /** The client can be sent a chunked body: HTTP/1.1 and not a HEAD. */
  canChunk: boolean;
}

/** An upstream's headers (flat list) as a flat list for the client, without those of its own hop. */
export function incomingHeaders(raw: readonly string[], frame: ResponseFrame): string[] {
  const list: string[] = [];
  let hopNames: Set<string> | null = null;
  let trailer: string | null = null;
  let isChunked = false;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    switch (headerKind(name)) {
      case "copy":
      case "forwarded":
      case "host":
      case "cookie":
      case "request-id":
        list.push(name, value);
        break;
      case "set-cookie":
        if (frame.isFront || !setsOwnCookie(value)) list.push(name, value);
        break;
      case "content-length":
        if (frame.status !== 204) list.push(name, value);
        break;
      case "transfer-encoding":
        isChunked = true;
        break;
      case "trailer":
        trailer = value;
        break;
      case "connection":
        hopNames = connectionNames(value);
        break;
      default:
        // A login at the upstream itself is the client's business; only proxy-* of this hop stay here.
        break;
    }
  }
  if (trailer !== null && isChunked && frame.canChunk) list.push("trailer", trailer);
  if (hopNames === null) return list;
  const names = hopNames;
  return list.filter((_, i) => {
    const name = list[i - (i % 2)] as string;
    return headerKind(name) === "content-length" || !names.has(name.toLowerCase());
  });
}

/** Trailers as pairs; names that frame or route a message are not allowed there (RFC 9110, 6.5.1). */
export function trailerPairs(raw: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    if (headerKind(name) === "copy") pairs.push([name, raw[i + 1] as string]);
  }
  return pairs;
}
