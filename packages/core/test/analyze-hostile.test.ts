import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../src/errors.ts";
import { commandWords } from "../src/products/code/command-words.ts";
import { globMatch } from "../src/products/code/glob-match.ts";
import { analyze, listingOf, type Project, projectIn, projects } from "./analyze-rig.ts";

/** What comes of a project, as text: the answer, or the refusal. Anything else that is thrown fails the test. */
function outcome(project: Project, listing = listingOf(project)): string {
  try {
    return JSON.stringify(analyze(project, {}, listing).analysis);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    expect(thrown.code).toBe("invalid");
    expect(thrown.issues[0]?.path).not.toBe("");
    expect(thrown.issues.length).toBeGreaterThan(0);
    return `${thrown.message} ${JSON.stringify(thrown.issues)}`;
  }
}

const deep = (open: string, close: string): string => open.repeat(60_000) + close.repeat(60_000);
const app = { "server.js": "require('express')().listen(3000)" };
const valid = { name: "x", scripts: { start: "node server.js" }, dependencies: { express: "4" } };

describe("C4 what bad input gets", () => {
  it.each<[string, Project, RegExp]>([
    [
      "a huge package.json",
      { "package.json": `{"a":"${"x".repeat(600_000)}"}` },
      /^package\.json: expected a file of at most 524288 bytes/,
    ],
    ["nesting without end", { "package.json": deep("[", "]") }, /^package\.json: expected an object in JSON/],
    ["nesting in YAML", { "agentpod.yaml": deep("[", "]") }, /^agentpod\.yaml: expected an object in YAML/],
    ["nesting in TOML", { "pyproject.toml": `a = ${deep("[", "]")}` }, /^pyproject\.toml: expected an object in TOML/],
    ["no UTF-8", { "package.json": new Uint8Array([123, 255, 254, 125]) }, /^package\.json: expected text in UTF-8/],
    ["a list", { "package.json": "[]" }, /^package\.json: expected an object in JSON/],
    ["null", { "package.json": "null" }, /^package\.json: expected an object in JSON/],
    ["nothing in it", { "package.json": "" }, /^package\.json: expected an object in JSON/],
    [
      "YAML that multiplies",
      {
        "compose.yaml": `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
          .split("")
          .map((n, i) => `${n}: &${n} [${`*${"abcdefghij"[i]},`.repeat(9).slice(0, -1)}]`)
          .join("\n")}\nservices: {web: {image: "x", command: *j}}\n`,
      },
      /^compose\.yaml: expected an object in YAML/,
    ],
    ["services that are none", { "compose.yaml": "services: 3\n" }, /^compose\.yaml\.services: expected at least one service/],
    ["a Dockerfile without FROM", { Dockerfile: "RUN true\n" }, /^Dockerfile: expected a Dockerfile with FROM/],
    [
      "two roots in agentpod.yaml",
      { "agentpod.yaml": "root: ../other\n" },
      /^agentpod\.yaml\.root: expected a folder of this project, without \.\./,
    ],
    [
      "wrong keys in agentpod.yaml",
      { "agentpod.yaml": "strat: node x.js\n" },
      /^agentpod\.yaml\.strat: expected one of the keys .*, perhaps start\./,
    ],
    ["nothing at all", {}, /^files: expected agentpod\.yaml, a compose file/],
  ])("%s: an error that names the place", (_what, project, message) => expect(outcome(project)).toMatch(message));

  it.each([
    ["up", "../etc/passwd"],
    ["absolute", "/etc/passwd"],
    ["a NUL", "a\0b"],
    ["backslashes", "a\\..\\b"],
    ["empty names", "a//b"],
  ])("a path with %s is refused", (_what, path) =>
    expect(outcome({}, [{ path, bytes: 1 }])).toMatch(/^files: expected paths inside the project/),
  );

  it("takes prototype keys for words", () => {
    const hostile =
      '{"name":"__proto__","__proto__":{"scripts":{"start":"x"}},"constructor":{"prototype":{}},"scripts":{"__proto__":"y"},"workspaces":{"__proto__":["*"]},"dependencies":{"constructor":"1","__proto__":"1","toString":"1","express":"4"}}';
    expect(analyze({ "package.json": hostile, ...app }).analysis).toMatchObject({
      framework: "express",
      start: ["node", "server.js"],
      needs: [],
    });
    expect(({} as Record<string, unknown>).scripts).toBeUndefined();
    expect(outcome({ "agentpod.yaml": "__proto__: {start: x}\n" })).toMatch(/^agentpod\.yaml/);
    expect(outcome({ "compose.yaml": 'services: {"__proto__": {image: "x:1"}, constructor: {build: "."}, toString: 3}\n' })).toContain(
      '"compose"',
    );
  });

  it("reads nothing through links", () => {
    const readme = { "README.md": "x" };
    const listing = [...listingOf(readme), { path: "package.json", bytes: 10, isLink: true }];
    expect(outcome({ ...readme, "package.json": JSON.stringify(valid) }, listing)).toMatch(/^files: expected/);
  });

  it("goes on without a file of code that cannot be read", () => {
    const listing = [...listingOf({ "package.json": JSON.stringify(valid) }), { path: "server.js", bytes: 5 }];
    expect(outcome({ "package.json": JSON.stringify(valid) }, listing)).toContain('"framework":"express"');
  });

  it("does not take long over patterns that match in many ways", () => {
    const spaces = " ".repeat(60_000);
    const lines = "\n".repeat(60_000);
    const project = {
      "package.json": JSON.stringify({
        ...valid,
        scripts: { start: `node${spaces}x`, build: `vite${spaces}` },
        engines: { node: `>=1${spaces}<`.repeat(4) },
        workspaces: ["**/".repeat(2000)],
      }),
      "server.js": `app.listen(${spaces}\n${"PORT ".repeat(5000)}${lines}`,
      "compose.yaml": `services:\n  web:\n    image: nginx:1\n    healthcheck:\n      test: "${spaces}"\n`,
      "app.py": `import${lines}app =${spaces}`,
      "requirements.txt": `flask${spaces}[`,
      Procfile: `web: node "${spaces}" x`,
      Dockerfile: `FROM x\n${Array.from({ length: 300 }, () => `ENV A=${"$A".repeat(300)}`).join("\n")}\nEXPOSE $A\n`,
      "prisma/schema.prisma": "datasource a {".repeat(20_000),
    };
    for (const left of Object.keys(project)) {
      const { [left as keyof typeof project]: _, ...rest } = project;
      outcome(rest);
    }
    outcome(project);
  });

  it("looks through many folders in bounded work", () => {
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`f${i % 700}/g${i}/index.txt`, "x"]));
    expect(outcome(many)).toMatch(/^files: expected/);
  });
});

const corpus = readdirSync(projects).map((name) => projectIn(join(projects, name, "files")));
const allPaths = [...new Set(corpus.flatMap((project) => Object.keys(project)))].sort();
const allContents = corpus.flatMap((project) => Object.values(project));

/** Files of the corpus mixed, with contents of others, cut off, or made of anything. */
const anyProject = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...allPaths) },
        fc.constantFrom("__proto__", "constructor/package.json", "a/b/c/d/e/package.json"),
      ),
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...allContents) },
        fc.tuple(fc.constantFrom(...allContents), fc.nat(200)).map(([content, at]) => content.slice(0, at)),
        fc.json(),
        fc.string(),
        fc.uint8Array({ maxLength: 60 }),
      ),
    ),
    { maxLength: 14 },
  )
  .map((entries): Project => Object.fromEntries(entries));

describe("C4 laws of the analyzer", () => {
  it("throws nothing but `invalid` with a field, is deterministic, and minds no order of the listing", () => {
    fc.assert(
      fc.property(anyProject, fc.infiniteStream(fc.nat()), (project, numbers) => {
        const listing = listingOf(project);
        const first = outcome(project, listing);
        expect(outcome(project, listing)).toBe(first);
        const shuffled = listing.map((file) => [numbers.next().value, file] as const).sort(([a], [b]) => a - b);
        expect(
          outcome(
            project,
            shuffled.map(([, file]) => file),
          ),
        ).toBe(first);
      }),
      { numRuns: 1500 },
    );
  });

  it("gives words that no shell would read otherwise", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", " ", '"', "'", "$", "\\", ";", "&", "|", "PORT", "{", "}", "`", "(", "\n", "=") }),
        (line) => {
          const words = commandWords(line);
          if (words === null) return;
          expect(words.length).toBeGreaterThan(0);
          // Outside of quotes none of these is left over.
          if (!/["'\\]/.test(line)) expect(words.join(" ").replaceAll("{{ units.app.port }}", "")).not.toMatch(/[;&|`({}$]/);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["apps/*", "apps/web", true],
    ["apps/*", "apps/web/x", false],
    ["packages/**", "packages/a/b/c", true],
    ["**/x", "x", true],
    ["./apps/*/", "apps/web", true],
    ["a*b*c", "aXbYc", true],
    ["a*b*c", "acb", false],
    ["*", "a/b", false],
  ])("%s fits %s: %s", (pattern, path, fits) => expect(globMatch(pattern, path)).toBe(fits));
});
