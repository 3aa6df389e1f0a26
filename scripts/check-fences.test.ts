import { describe, expect, test } from "vitest";
import { allFences } from "./fences/all-fences.ts";

function breaches(path: string, text: string): string[] {
  return allFences.flatMap((fence) => fence({ path, text: `${text}\n` })).map(({ line, message }) => `${line ?? "file"}: ${message}`);
}

const put = (...parts: string[]): string => parts.join("");

describe("the fences of the design hold", () => {
  test.each<[string, string, string, RegExp]>([
    [
      "core imports no other part",
      "packages/core/src/a.ts",
      'import { x } from "@agentpod/host/x";',
      /^1: packages\/core may import no other part/,
    ],
    ["core imports no node module", "packages/core/src/a.ts", 'import { readFile } from "node:fs";', /core is pure/],
    ["core imports no other library", "packages/core/src/a.ts", 'import ky from "ky";', /core is pure/],
    ["not even lazily", "packages/core/src/a.ts", 'await import("node:fs");', /core is pure/],
    [
      "drivers import no server",
      "packages/runtimes/src/a.ts",
      'import { x } from "@agentpod/server/x";',
      /may import core, host, not server/,
    ],
    ["drivers import no database", "packages/gateways/src/a.ts", 'export { x } from "@agentpod/db/x";\nexport const y = x;', /not db/],
    ["the client imports no host", "packages/client/src/a.ts", 'import { x } from "@agentpod/host/x";', /may import core, not host/],
    ["the dashboard imports no host", "apps/web/src/a.tsx", 'import { x } from "@agentpod/host/x";', /may import client, core, not host/],
    ["the CLI imports no driver", "apps/cli/src/a.ts", 'import {\n  x,\n} from "@agentpod/runtimes/x";', /^3: .*not runtimes/],
    ["no part is entered by a path", "apps/cli/src/a.ts", 'import { x } from "../../server/src/x.ts";', /leads out of apps\/cli/],
    ["core has no clock", "packages/core/src/a.ts", "const now = new Date();", /no clock/],
    ["core has no randomness", "packages/core/src/a.ts", "const n = Math.random();", /no clock, randomness/],
    ["files end at 400 lines", "apps/cli/src/a.ts", "\n".repeat(400), /401 lines/],
    ["products stay in their folder", "apps/server/src/a.ts", 'if (template === "openclaw") {}', /may be named only below/],
    ["no exec", "scripts/a.ts", 'import { exec } from "node:child_process";', /exec starts a shell/],
    ["no execSync", "packages/host/src/a.ts", 'import {\n  spawn,\n  execSync,\n} from "child_process";', /^4: execSync starts a shell/],
    ["no hidden exec", "packages/host/src/a.ts", 'import * as child from "node:child_process";', /by name/],
    ["nor a later one", "packages/host/src/a.ts", 'const { exec } = await import("node:child_process");', /by name, at the top/],
    ["no shell option", "packages/host/src/a.ts", "spawn(a, b, { shell: true });", /a shell would read/],
    ["nor a named shell", "packages/host/src/a.ts", 'spawn(a, b, { shell: "/bin/sh" });', /a shell would read/],
    ["no mocked modules", "packages/db/test/a.test.ts", put("vi.", 'mock("./x.ts");'), /no module is mocked/],
    ["no test left out", "packages/db/test/a.test.ts", put("test.", 'skip("x", () => {});'), /no test is left out/],
    ["no lonely test", "packages/db/test/a.test.ts", put("describe.", 'only("x", () => {});'), /no test is left out/],
    ["the environment has one door", "apps/server/src/a.ts", "const port = process.env.PORT;", /env\.ts alone/],
    ["also under another name", "apps/server/src/a.ts", 'import { env } from "node:process";', /env\.ts alone/],
    ["no barrel", "packages/db/src/all.ts", 'export { a } from "./a.ts";\nexport type { B } from "./b.ts";', /file: a barrel/],
    ["no star export", "packages/db/src/a.ts", 'export * from "./b.ts";\nexport const c = 1;', /1: a barrel/],
    ["no drawer", "packages/db/src/utils.ts", "export const a = 1;", /"utils" says nothing/],
    ["kebab-case", "packages/db/src/someThing.ts", "export const a = 1;", /kebab-case/],
    ["no Manager", "packages/db/src/a.ts", "export class PodManager {}", /say nothing/],
    ["nothing put off", "README.md", put("TO", "DO: later"), /do it/],
    ["nothing put off in a comment", "apps/cli/src/a.ts", put("// FIX", "ME later"), /do it/],
    ["no path of one machine", "docs/a.md", put("see /wo", "rk/main/x"), /path of one machine/],
    ["nor of one person", "apps/cli/src/a.ts", put('const a = "/home/', 'alice/x";'), /path of one machine/],
    ["no registry's host", "apps/cli/src/a.ts", put('const a = "https://registry.npm', 'js.org";'), /a registry's host/],
  ])("%s", (_rule, path, text, message) => {
    expect(breaches(path, text)).toEqual([expect.stringMatching(message)]);
  });

  test.each<[string, string, string]>([
    ["core may take types", "packages/core/src/a.ts", 'import type { Readable } from "node:stream";'],
    ["core stands on zod", "packages/core/src/a.ts", 'import { z } from "zod";\nimport { x } from "./x.ts";'],
    ["an instant that is given is no clock", "packages/core/src/a.ts", "const then = new Date(given);"],
    ["the server wires all", "apps/server/src/a.ts", 'import { x } from "@agentpod/runtimes/x";'],
    ["tests may import more", "packages/client/test/a.test.ts", 'import { x } from "@agentpod/server/x";'],
    ["env.ts reads the environment", "apps/server/src/env.ts", "const env = process.env;"],
    ["so may tests", "apps/server/test/a.test.ts", "process.env.A = '1';"],
    ["execFile takes a list", "packages/host/src/a.ts", 'import { execFile } from "node:child_process";'],
    ["a reason of the machine", "packages/runtimes/test/a.test.ts", "describe.skipIf(!engine)('x', () => {});"],
    ["a file may export from others beside its own", "packages/db/src/a.ts", 'export { a } from "./a-b.ts";\nexport const b = 1;'],
    ["400 lines", "apps/cli/src/a.ts", "\n".repeat(399)],
  ])("%s", (_rule, path, text) => {
    expect(breaches(path, text)).toEqual([]);
  });
});
