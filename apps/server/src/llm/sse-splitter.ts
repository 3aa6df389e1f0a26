/** A longer event is passed on in pieces, and nothing is read out of it. */
const longest = 8 * 1024 * 1024;

/** Cuts a stream of server-sent events at the blank line that ends each. What has no end yet waits; nothing else does. */
export class SseSplitter {
  #waiting: Buffer = Buffer.alloc(0);

  /** The events that end in these bytes, each with its blank line, as they came. */
  push(bytes: Buffer): Buffer[] {
    let rest = this.#waiting.length === 0 ? bytes : Buffer.concat([this.#waiting, bytes]);
    const events: Buffer[] = [];
    // The end may lie across the border to what waited.
    for (let from = Math.max(0, this.#waiting.length - 3), end = endOfEvent(rest, from); end !== -1; end = endOfEvent(rest, 0)) {
      events.push(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    if (rest.length > longest) {
      events.push(rest);
      rest = Buffer.alloc(0);
    }
    // A copy: the bytes belong to the connection, which reads into them again.
    this.#waiting = Buffer.from(rest);
    return events;
  }

  /** What came after the last blank line. */
  end(): Buffer {
    return this.#waiting;
  }
}

/** Index behind the first blank line; -1 where there is none. */
function endOfEvent(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(10, from); at !== -1; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return -1;
}

/** The data of one event; null for a comment, an event without data, or one that is no JSON (`[DONE]`). */
export function eventData(event: Buffer): unknown {
  const data = event
    .toString("utf8")
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(line[5] === " " ? 6 : 5))
    .join("\n");
  if (!data.startsWith("{")) return null;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return null;
  }
}
