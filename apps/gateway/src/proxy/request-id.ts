import { randomBytes } from "node:crypto";

const run = randomBytes(6).toString("hex");
let count = 0;

/** Unique across restarts; short to make and to read. */
export function newRequestId(): string {
  count += 1;
  return `${run}-${count.toString(36)}`;
}
