import { expect, test } from "vitest";
import { whyUnitEnded } from "../src/products/code/why-unit-ended.ts";

test.each([
  'error: failed switching to "postgres": operation not permitted',
  "setpriv: setresuid failed: Operation not permitted",
  "su-exec: setgroups(999): Operation not permitted",
  'nginx: [emerg] chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)',
  "chown: changing ownership of '/data': Operation not permitted",
  "(1)Operation not permitted: AH02156: setgid: unable to set group id to Group 33",
])("C3 a unit that may not become another user: what to say instead (%s)", (line) => {
  expect(whyUnitEnded(["starting", line, "bye"])).toContain("cap_add: [CHOWN, SETGID, SETUID]");
});

test.each([
  [[]],
  [["Error: no route to the database"]],
  [["chown: invalid user: 'shop'"]],
  [["mount: /data: operation not permitted"]],
  // Long before its end.
  [["chown: /data: Operation not permitted", ...Array.from({ length: 60 }, (_, i) => `line ${i}`)]],
])("nothing is said of what has other reasons: %j", (lines) => expect(whyUnitEnded(lines)).toBeNull());
