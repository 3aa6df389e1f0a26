import { headerKind } from "./header-kind.ts";

/** An upstream said something that is not HTTP/1.1 to the letter; where its message ends would be a guess. */
export class BadAnswer extends Error {
  readonly code = "BAD_ANSWER";
}

/** An answer's first line and headers, and how its end is known. */
export interface ResponseHead {
  status: number;
  reason: string;
  /** Flat list of names and values, one character a byte. */
  headers: string[];
  /** Bytes of the body (0: none), or how its end shows. */
  body: number | "chunked" | "until-close";
  /** The connection can take another request after this answer. */
  keepsAlive: boolean;
  /** What the upstream said in Keep-Alive; null: nothing. */
  keepAliveSeconds: number | null;
}

const firstLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const notInValue = /[^\t\x20-\x7e\x80-\xff]/;
const digits = /^\d{1,15}$/;

/**
 * Reads the text of a head, its last header's line end included, the empty line not. Throws `BadAnswer` for anything
 * that two readers might understand in two ways (RFC 9112, 6.3): both lengths, either one twice, folded lines, bare
 * line ends, codings other than chunked.
 */
export function readResponseHead(text: string, method: string): ResponseHead {
  let at = text.indexOf("\r\n");
  const first = firstLine.exec(text.slice(0, at));
  if (first === null) throw new BadAnswer("the answer's first line is malformed");
  const status = Number(first[2]);
  const headers = readHeaderLines(text, at + 2);
  let length: number | null = null;
  let isChunked = false;
  let keepsAlive = first[1] === "1";
  let keepAliveSeconds: number | null = null;
  for (at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string;
    const value = headers[at + 1] as string;
    switch (headerKind(name)) {
      case "content-length":
        if (length !== null || !digits.test(value)) throw new BadAnswer("the answer's Content-Length is malformed or repeated");
        length = Number(value);
        break;
      case "transfer-encoding":
        if (isChunked || first[1] === "0" || value.toLowerCase() !== "chunked")
          throw new BadAnswer("the answer's Transfer-Encoding is not chunked alone");
        isChunked = true;
        break;
      case "connection":
        if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(value)) keepsAlive = false;
        break;
      case "drop":
        if (name.length === 10 && name.toLowerCase() === "keep-alive") keepAliveSeconds = timeoutOf(value);
        break;
    }
  }
  if (isChunked && length !== null) throw new BadAnswer("the answer has both Content-Length and Transfer-Encoding");
  const head: ResponseHead = { status, reason: first[3] ?? "", headers, body: 0, keepsAlive, keepAliveSeconds };
  if (status < 200 || status === 204) {
    // No such answer has a body; one that says otherwise may be followed by one.
    if (isChunked || (length ?? 0) > 0) {
      if (status < 200) throw new BadAnswer("an interim answer announces a body");
      head.keepsAlive = false;
    }
    return head;
  }
  if (method === "HEAD" || status === 304) return head;
  head.body = isChunked ? "chunked" : (length ?? "until-close");
  if (head.body === "until-close") head.keepsAlive = false;
  return head;
}

/** Whole header (or trailer) lines from an offset to the end of the text as a flat list. Throws `BadAnswer`. */
export function readHeaderLines(text: string, from: number): string[] {
  const headers: string[] = [];
  for (let at = from; at < text.length; ) {
    const end = text.indexOf("\r\n", at);
    const colon = text.indexOf(":", at);
    if (end === -1 || colon === -1 || colon > end) throw new BadAnswer("a header line has no colon");
    const name = text.slice(at, colon);
    const value = text.slice(colon + (text.charCodeAt(colon + 1) === 0x20 ? 2 : 1), end);
    if (!token.test(name)) throw new BadAnswer("a header's name is malformed");
    if (notInValue.test(value)) throw new BadAnswer("a header's value is malformed");
    headers.push(name, isPadded(value) ? value.replace(/^[ \t]+|[ \t]+$/g, "") : value);
    at = end + 2;
  }
  return headers;
}

/** Below 33 there are only space and tab in a checked value; an empty one gives NaN. */
const isPadded = (value: string): boolean => value.charCodeAt(0) < 33 || value.charCodeAt(value.length - 1) < 33;

function timeoutOf(value: string): number | null {
  const seconds = /(?:^|,)[ \t]*timeout=(\d{1,6})\b/i.exec(value)?.[1];
  return seconds === undefined ? null : Number(seconds);
}
