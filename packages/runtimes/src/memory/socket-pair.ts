import { type Duplex, duplexPair } from "node:stream";

/** Two ends of one connection in memory, which behave like sockets: the end of one is the end of the other. */
export function socketPair(): { near: Duplex; far: Duplex } {
  const [near, far] = duplexPair();
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    one.allowHalfOpen = false;
    one.on("error", () => other.destroy());
    one.once("close", () => {
      // Destroyed rather than ended: a reset.
      if (!one.writableFinished) other.destroy();
    });
  }
  return { near, far };
}
