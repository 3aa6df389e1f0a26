import { createHash } from "node:crypto";
import type { DeploymentSummary, DeploymentView } from "@agentpod/core/api/deployment-view";
import { deploySettings } from "@agentpod/core/deployment";
import type { OperationStep } from "@agentpod/core/operation";
import { followedLog } from "@agentpod/core/products/code/followed-log";
import { sha256Of } from "@agentpod/core/sha256-of";
import { defaultSourceLimits } from "@agentpod/core/source/source-limits";
import { describe, expect, it } from "vitest";
import { matchScreen } from "../src/routing/match-screen.ts";
import { shownLog } from "../src/screens/deployment/shown-log.ts";
import { deploymentHref, newDeploymentHref } from "../src/screens/deployments/deployment-href.ts";
import { projectsOf, underWay } from "../src/screens/deployments/projects-of.ts";
import { emptyFields, fieldsOf, settingsOf } from "../src/screens/new-deployment/deploy-fields.ts";
import { environmentOf, rowProblems, withVariables } from "../src/screens/new-deployment/environment-rows.ts";
import { type AnalysisView, findings, warningsOf } from "../src/screens/new-deployment/findings.ts";
import { folderTree, type GivenEntry, givenOfDrop, givenOfField } from "../src/screens/new-deployment/given-folder.ts";
import { packSource } from "../src/screens/new-deployment/pack-source.ts";
import { parseEnv } from "../src/screens/new-deployment/parse-env.ts";
import { repositoryOrigin } from "../src/screens/new-deployment/use-source.ts";
import { canRollBackTo, presentNumber } from "../src/screens/project/can-roll-back.ts";
import { releaseChanges } from "../src/screens/project/release-changes.ts";

const summary = (name: string, number: number, more: Partial<DeploymentSummary> = {}): DeploymentSummary => ({
  ...{ id: `${name}-${number}`, tenant: "acme", name, number, action: "deploy", target: null, state: "succeeded", serves: false },
  ...{ step: null, message: "", source: "sha256:a", origin: "shop", url: null, operation: null, actor: "user:1" },
  ...{ createdAt: `2026-01-01T00:00:${String(number).padStart(2, "0")}Z`, finishedAt: null },
  ...more,
});

const file = (content: string | Uint8Array<ArrayBuffer>, name = "x"): File => new File([content], name);
const treeOf = (files: Record<string, string | Uint8Array<ArrayBuffer>>): GivenEntry[] =>
  folderTree(Object.entries(files).map(([path, content]) => ({ path: `top/${path}`, file: file(content) }))).entries;
const namesIn = async (tar: Blob): Promise<[name: string, mode: string, content: string][]> => {
  const bytes = Buffer.from(await tar.arrayBuffer());
  const found: [string, string, string][] = [];
  for (let at = 0; bytes[at] !== 0; ) {
    const text = (from: number, length: number): string => bytes.toString("utf8", at + from, at + from + length).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 12), 8);
    found.push([text(0, 100), Number(text(100, 8)).toString(), bytes.toString("utf8", at + 512, at + 512 + size)]);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return found;
};

describe("C3 C7 addresses of deployments", () => {
  it("are of an application and of one of its deployments, and not of the form", () => {
    expect(matchScreen(deploymentHref({ tenant: "acme", name: "shop" }))).toEqual({
      screen: "project",
      params: { tenant: "acme", application: "shop" },
    });
    expect(matchScreen(deploymentHref({ tenant: "acme", name: "shop" }, 4))?.params).toEqual({
      ...{ tenant: "acme", application: "shop", number: "4" },
    });
    expect(matchScreen("/deployments/new")?.screen).toBe("newDeployment");
    expect(newDeploymentHref("acme", "shop", 3)).toBe("/deployments/new?tenant=acme&name=shop&from=3");
  });
});

describe("C3 a folder in the browser", () => {
  it("is packed as the command line packs it: without what its ignore files leave out, nested ones too, and never .git", async () => {
    const { tar, files, bytes, notices } = await packSource(
      treeOf({
        "package.json": "{}",
        ".gitignore": "*.log\n/build\n",
        ".agentpodignore": "docs\n!build\n",
        ".git/config": "secret",
        "node_modules/a/index.js": "x",
        "debug.log": "x",
        "build/out.js": "x",
        "docs/a.md": "x",
        "src/.gitignore": "secret.txt\n!debug.log\n",
        "src/secret.txt": "x",
        "src/debug.log": "kept",
        ".env": "PASSWORD=hunter2",
        "api/.env.production": "x",
        "bin/run": "#!/bin/sh\n",
      }),
    );
    const packed = await namesIn(tar);
    expect(packed.map(([name]) => name).filter((name) => !name.endsWith("/"))).toEqual([
      ".agentpodignore",
      ".gitignore",
      "bin/run",
      "build/out.js",
      "package.json",
      "src/.gitignore",
      "src/debug.log",
    ]);
    expect(packed.find(([name]) => name === "bin/run")).toEqual(["bin/run", "755", "#!/bin/sh\n"]);
    expect(packed.find(([name]) => name === "src/debug.log")).toEqual(["src/debug.log", "644", "kept"]);
    expect([files, bytes]).toEqual([7, packed.reduce((sum, [, , content]) => sum + content.length, 0)]);
    expect(notices).toEqual([expect.stringMatching(/^Left out, for they may hold secrets: \.env, api\/\.env\.production\./)]);
    expect(await tar.text()).not.toContain("hunter2");
  });

  it("is the same tar for the same files, in whatever order they come, so that an upload goes on", async () => {
    const files = { "b/c.txt": "c", "a.txt": "a", "ü.txt": "u" };
    const one = await packSource(treeOf(files));
    const other = await packSource(treeOf(Object.fromEntries(Object.entries(files).reverse())));
    expect(await other.tar.text()).toBe(await one.tar.text());
  });

  it("does not look into folders that stay behind", async () => {
    const unread: GivenEntry = {
      ...{ name: "node_modules", kind: "folder", file: null },
      children: () => Promise.reject(new Error("it was looked into")),
    };
    expect((await packSource([unread, ...treeOf({ "a.js": "a" })])).files).toBe(1);
    await expect(packSource([{ ...unread, name: "modules" }])).rejects.toThrow("it was looked into");
  });

  it("is refused beyond the limits, with the file at which it was", async () => {
    const few = { ...defaultSourceLimits, entries: 2, bytes: 10, depth: 2 };
    await expect(packSource(treeOf({ a: "1", b: "2", c: "3" }), few)).rejects.toMatchObject({
      issues: [{ path: "c", expected: expect.stringMatching(/^at most 2 files and folders: leave out /) }],
    });
    await expect(packSource(treeOf({ big: "12345678901" }), few)).rejects.toMatchObject({
      issues: [{ path: "big", expected: expect.stringMatching(/^at most \S+ MB in all: leave out /) }],
    });
  });

  it("is known by its name; several things that were dropped have none; an archive is one", async () => {
    const withPath = (path: string): File =>
      Object.defineProperty(file("x", path.split("/").at(-1)), "webkitRelativePath", { value: path });
    expect(givenOfField([withPath("shop/a.js"), withPath("shop/src/b.js")])).toMatchObject({
      ...{ is: "folder", name: "shop" },
      entries: [
        { name: "a.js", kind: "file" },
        { name: "src", kind: "folder" },
      ],
    });
    expect(givenOfField([file("x", "shop.tar.gz")])).toMatchObject({ is: "archive", name: "shop.tar.gz" });
    expect(givenOfField([])).toBeNull();
    const entry = (name: string) => ({ isDirectory: false, name, file: (done: (file: File) => void) => done(file("x", name)) });
    const item = (name: string) => ({ webkitGetAsEntry: () => entry(name) }) as unknown as DataTransferItem;
    expect(await givenOfDrop([item("shop.ZIP")])).toMatchObject({ is: "archive", name: "shop.ZIP" });
    expect(await givenOfDrop([item("index.html")])).toMatchObject({ is: "folder", name: "", entries: [{ name: "index.html" }] });
    expect(await givenOfDrop([item("a.js"), item("b.zip")])).toMatchObject({ is: "folder", name: "" });
    expect(await givenOfDrop([])).toBeNull();
  });

  it("gets the digest that the server will find", async () => {
    const parts = [new Uint8Array([1, 2]), new Uint8Array(70_000).fill(7)];
    const seen: number[] = [];
    const given = (async function* () {
      yield* parts;
    })();
    expect(await sha256Of(given, (bytes) => seen.push(bytes))).toBe(createHash("sha256").update(Buffer.concat(parts)).digest("hex"));
    expect(seen).toEqual([2, 70_002]);
  });

  it("of a repository tells where it came from, without a password in its address", () => {
    expect(repositoryOrigin("https://anna:hunter2@git.example.com/shop.git", "abc")).toBe("https://git.example.com/shop.git abc");
  });
});

describe("C3 variables of the form", () => {
  it.each<[string, string, [string, string][]]>([
    [
      "plain, with comments",
      "# all\nA=1\nexport B = two words # why\n",
      [
        ["A", "1"],
        ["B", "two words"],
      ],
    ],
    [
      "quoted",
      `A="a # b"\nB='c"d'\nC=\`e\``,
      [
        ["A", "a # b"],
        ["B", 'c"d'],
        ["C", "e"],
      ],
    ],
    [
      "over several lines",
      'KEY="-----BEGIN\nabc\n-----END"\nA=1',
      [
        ["KEY", "-----BEGIN\nabc\n-----END"],
        ["A", "1"],
      ],
    ],
    ["escaped", 'A="one\\ntwo \\"x\\""', [["A", 'one\ntwo "x"']]],
    ["the last of a name, and none that is no line", "A=1\nA=2\nnot a line\n=3\n", [["A", "2"]]],
    [
      "windows",
      "A=1\r\nB=2\r\n",
      [
        ["A", "1"],
        ["B", "2"],
      ],
    ],
  ])("are read from a .env file: %s", (_what, text, expected) => expect(parseEnv(text)).toEqual(expected));

  it("join those that are there: a value takes the place of none, an empty one of nothing", () => {
    const rows = withVariables(
      withVariables(
        [],
        [
          ["A", "1"],
          ["B", ""],
        ],
      ),
      [
        ["A", "2"],
        ["A", ""],
        ["C", "3"],
        ["", ""],
      ],
    );
    expect(rows.map(({ name, value }) => [name, value])).toEqual([
      ["A", "2"],
      ["B", ""],
      ["C", "3"],
      ["", ""],
    ]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(4);
  });

  it("are said where they have a value, and taken away where they were set; what is left empty stays", () => {
    const rows = withVariables(
      [],
      [
        ["NEW", "1"],
        ["KEPT", ""],
        ["GONE", ""],
        ["UNSET", ""],
      ],
    ).map((row) => (row.name === "GONE" || row.name === "UNSET" ? { ...row, isRemoved: true } : row));
    expect(environmentOf(rows, new Set(["KEPT", "GONE"]))).toEqual({ NEW: "1", GONE: null });
  });

  it("are wrong by their row", () => {
    const [a, b, c, d] = withVariables(
      [],
      [
        ["1A", "x"],
        ["A", "x"],
        ["", "x"],
        ["", ""],
      ],
    );
    const twice = { ...a, id: 9, name: "A" } as NonNullable<typeof a>;
    expect(rowProblems([a, b, c, d, twice].flatMap((row) => row ?? []))).toEqual(
      new Map([
        [1, "name"],
        [3, "name"],
        [9, "twice"],
      ]),
    );
  });
});

describe("C4 settings of the form", () => {
  it("send what was filled in, and come back as they were", () => {
    expect(settingsOf(emptyFields)).toEqual({});
    const settings = { root: "apps/web", runtime: "node@22", needs: ["redis" as const], cpus: 0.5, buildMinutes: 30 };
    expect(settingsOf(fieldsOf("shop", settings))).toEqual(settings);
    expect(settingsOf({ ...emptyFields, needs: [] })).toEqual({ needs: [] });
  });

  it("leave it to the API to say what is wrong, by its field", () => {
    const sent = deploySettings.safeParse(settingsOf({ ...emptyFields, memoryMb: "much", runtime: "cobol" }));
    expect(sent.error?.issues.map(({ path }) => path[0]).sort()).toEqual(["memoryMb", "runtime"]);
  });
});

describe("C4 what was found", () => {
  const analysis: AnalysisView = {
    ...{ type: "node", root: "", package: null, framework: "express", packageManager: { name: "npm", version: null } },
    ...{
      runtime: { name: "node", version: "22" },
      install: [["npm", "ci"]],
      build: [],
      start: ["node", "server.js", "{{ units.app.port }}"],
    },
    ...{ startEnv: {}, ports: [3000], probe: { kind: "tcp" }, output: null, singlePage: false, needs: ["postgres"], notOffered: [] },
    ...{ env: ["STRIPE_KEY"], migrations: null, dockerfile: null, units: [], refused: [] },
    reasons: [
      { about: "needs", text: "pg is a dependency.", file: "package.json", warns: false },
      { about: "probe", text: "Nothing answers whether it is well; that it listens is enough.", file: null, warns: false },
      { about: "start", text: "Look at this.", file: null, warns: true },
    ],
  };
  it("is told with its reasons; what was not found is not", () => {
    const found = findings(analysis);
    expect(found.map(({ about, values }) => [about, values.join(" ")])).toEqual([
      ["type", "node"],
      ["framework", "express"],
      ["runtime", "node 22"],
      ["packageManager", "npm"],
      ["install", "npm ci"],
      ["start", "node server.js $PORT"],
      ["ports", "3000"],
      ["probe", ""],
      ["needs", "postgres"],
      ["env", "STRIPE_KEY"],
    ]);
    expect(found.find(({ about }) => about === "needs")?.reasons).toHaveLength(1);
    expect(found.find(({ about }) => about === "start")?.reasons).toEqual([]);
    expect(warningsOf(analysis).map(({ text }) => text)).toEqual(["Look at this."]);
  });
});

describe("C7 applications of a tenant", () => {
  it("stand once, with what serves and what is newest", () => {
    const failed = summary("shop", 3, { state: "failed" });
    const [blog, shop] = projectsOf([
      summary("shop", 2, { serves: true }),
      failed,
      summary("shop", 1),
      summary("blog", 4, { state: "running" }),
    ]);
    expect(shop).toMatchObject({ name: "shop", serving: { number: 2 }, newest: { number: 3 }, count: 3 });
    expect(blog).toMatchObject({ name: "blog", serving: null, newest: { number: 4 } });
    expect([blog && underWay(blog)?.number, shop && underWay(shop)]).toEqual([4, null]);
  });
});

describe("C8 going back", () => {
  it("is offered to what served and does not serve now; after a rollback, not to what was gone back to", () => {
    const all = [
      summary("shop", 5, { action: "rollback", target: 2, serves: true }),
      summary("shop", 4),
      summary("shop", 3, { state: "failed" }),
      summary("shop", 2),
      summary("shop", 1, { action: "promote" }),
    ];
    expect(presentNumber(all)).toBe(2);
    expect(all.filter((one) => canRollBackTo(one, presentNumber(all))).map(({ number }) => number)).toEqual([4, 1]);
    expect(canRollBackTo(summary("shop", 1), null)).toBe(false);
  });

  it("tells what changes between two deployments, of variables only that they did", () => {
    const view = (number: number, more: Partial<DeploymentView>): DeploymentView => ({
      ...summary("shop", number),
      ...{ settings: {}, analysis: null, artifact: null, environment: {}, environmentVersion: 0, pod: null, generation: null },
      ...more,
    });
    const before = view(1, { environment: { KEY: 1, OLD: 1, SAME: 1 }, settings: { memoryMb: 256 }, source: "sha256:one" });
    const after = view(2, { environment: { KEY: 2, NEW: 2, SAME: 1 }, settings: { memoryMb: 512 }, source: "sha256:two" });
    expect(releaseChanges(before, after)).toEqual({
      variables: [
        { name: "KEY", is: "changed" },
        { name: "NEW", is: "added" },
        { name: "OLD", is: "removed" },
      ],
      rest: [
        { path: "code", before: '"sha256:one"', after: '"sha256:two"' },
        { path: "settings.memoryMb", before: "256", after: "512" },
      ],
    });
    expect(releaseChanges(after, after)).toEqual({ variables: [], rest: [] });
  });
});

describe("C3 the log that was kept", () => {
  it("ends with what tells of the step that failed", () => {
    const log = "==== build\nboom\n==== application\ndb is ready\n";
    expect(shownLog(log, "install")).toBe("==== application\ndb is ready\n==== build\nboom");
    expect(shownLog(log, "probe")).toBe(log.trimEnd());
  });
});

describe("C3 the log of what goes on", () => {
  const step = (name: string, state: OperationStep["state"], at: number): OperationStep => ({
    ...{ seq: at, name, subject: null, state, message: name, startedAt: `2026-01-01T00:00:0${at}Z`, endedAt: null },
  });
  it.each<[string, OperationStep[], unknown]>([
    ["nothing runs", [step("turn", "succeeded", 1)], null],
    ["no log tells of it", [step("turn", "succeeded", 1), step("analyse", "running", 2)], null],
    ["the build", [step("build", "succeeded", 1), step("install", "running", 2)], { of: "build", since: "2026-01-01T00:00:02Z" }],
    [
      "the application, since it was written",
      [step("start", "succeeded", 3), step("probe", "running", 4)],
      { of: "application", since: "2026-01-01T00:00:03Z" },
    ],
    [
      "its database",
      [step("database", "succeeded", 3), step("database-ready", "running", 5)],
      { of: "application", since: "2026-01-01T00:00:03Z" },
    ],
  ])("%s", (_what, steps, expected) => expect(followedLog(steps)).toEqual(expected));
});
