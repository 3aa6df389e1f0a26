import type { Duplex } from "node:stream";

/** A head longer than this is no answer to a probe. */
const headLimit = 64 * 1024;

/**
 * Status of the answer to a GET over a fresh connection, which is not used again. Rejects when the connection ends
 * first or what comes is not HTTP/1. Node's own client costs several times as much, and idling is mostly probing.
 */
export function askStatus(socket: Duplex, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    if (!/^\/[\x21-\x7e]*$/.test(path)) throw new Error("its path has characters that no request can have");
    let head = "";
    socket.on("data", (chunk: Buffer) => {
      head += chunk.toString("latin1");
      try {
        const status = readStatus(head);
        if (status !== null) resolve(status);
        else if (head.length > headLimit) reject(new Error("its answer has no end of headers"));
      } catch (error) {
        reject(error);
      }
    });
    const ended = (): void => reject(new Error("the connection was closed without an answer"));
    socket.on("error", reject).once("end", ended).once("close", ended);
    // Some servers refuse a request without a host or with one that is not theirs: localhost is what they expect of a probe.
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: agentpod-probe\r\nconnection: close\r\n\r\n`);
  });
}

/** The first final status in the beginning of an answer; null: more is needed. Throws for what is not HTTP/1. */
export function readStatus(head: string): number | null {
  for (let from = 0; ; ) {
    const end = head.indexOf("\n", from);
    if (end < 0) {
      if (!"HTTP/1.".startsWith(head.slice(from, from + 7))) throw new Error("what answers does not speak HTTP");
      return null;
    }
    const status = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?\r?$/.exec(head.slice(from, end))?.[1];
    if (status === undefined) throw new Error("what answers does not speak HTTP");
    // Before the final answer there may be informational ones; 101 to a request that asked for no other protocol is final.
    if (!status.startsWith("1") || status === "101") return Number(status);
    const next = /\r?\n\r?\n/g;
    next.lastIndex = from;
    if (!next.exec(head)) return null;
    from = next.lastIndex;
  }
}
