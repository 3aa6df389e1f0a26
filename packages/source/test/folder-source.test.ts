import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { defaultSourceLimits } from "@agentpod/core/source/source-limits";
import { describe, expect, it } from "vitest";
import { analyzeSource } from "../src/analyze-source.ts";
import { folderSource } from "../src/folder-source.ts";
import { digestOf, folderOf, scratchFolder, unpacked } from "./source-rig.ts";

const few = { ...defaultSourceLimits, entries: 5, bytes: 1000, depth: 3 };

describe("C3 a folder as a source", () => {
  it("leaves out what its ignore files say, nested ones too, and never .git", async () => {
    const folder = folderOf({
      "package.json": "{}",
      ".gitignore": "# * one * two * three * four * five\n*.log\n/build\ncache/\n!keep.log\n**/*.egg-info/**/*.*/**\n",
      ".git/config": "secret",
      "node_modules/a/index.js": "x",
      "apps/web/node_modules/b.js": "x",
      "debug.log": "x",
      "keep.log": "kept",
      "build/out.js": "x",
      "src/build/kept.js": "kept",
      "src/cache/x": "x",
      "src/.gitignore": "secret.txt\n!debug.log\n",
      "src/secret.txt": "x",
      "src/debug.log": "kept",
      "secret.txt": "kept",
      "docs/a.md": "x",
      ".agentpodignore": "docs\n!build\n",
      ".DS_Store": "x",
    });
    const source = await folderSource(folder);
    expect(source.entries.map(({ path }) => path)).toEqual([
      ".agentpodignore",
      ".gitignore",
      "build/out.js",
      "keep.log",
      "package.json",
      "secret.txt",
      "src/.gitignore",
      "src/build/kept.js",
      "src/debug.log",
    ]);
    expect(source.notices).toEqual([]);
  });

  it("leaves the environment behind and says so", async () => {
    const source = await folderSource(
      folderOf({ ".env": "A=b", ".env.local": "A=b", "api/.env.production": "x", ".env.example": "A=", "a.js": "" }),
    );
    expect(source.entries.map(({ path }) => path)).toEqual([".env.example", "a.js"]);
    expect(source.notices).toEqual([
      "Left out, for they may hold secrets: .env, .env.local, api/.env.production. Give what they say as environment variables, or name them in .agentpodignore with !.",
    ]);
  });

  it("takes the environment where its owner says so", async () => {
    const source = await folderSource(folderOf({ ".env": "A=b", "a/.env": "x", ".agentpodignore": "!/.env\n" }));
    expect(source.entries.map(({ path }) => path)).toEqual([".agentpodignore", ".env"]);
  });

  it("is the same for the same content, whatever times, owners and order", async () => {
    const files = { "b/c.txt": "c", "a.txt": "a", "b/a.txt": "a", "ü.txt": "u" };
    const [one, two] = [folderOf(files), folderOf(Object.fromEntries(Object.entries(files).reverse()))];
    utimesSync(join(one, "a.txt"), 1, 1);
    chmodSync(join(one, "a.txt"), 0o600);
    const digest = await digestOf(await folderSource(one));
    expect(await digestOf(await folderSource(two))).toBe(digest);
    chmodSync(join(two, "a.txt"), 0o700);
    expect(await digestOf(await folderSource(two))).not.toBe(digest);
    chmodSync(join(two, "a.txt"), 0o644);
    writeFileSync(join(two, "a.txt"), "b");
    expect(await digestOf(await folderSource(two))).not.toBe(digest);
  });

  it("is a tar with folders, links and modes that everybody can read", async () => {
    const folder = folderOf({ "bin/run": "#!/bin/sh\n", "lib/deep/x.txt": "x", "empty.txt": "" });
    chmodSync(join(folder, "bin/run"), 0o755);
    symlinkSync("../lib/deep", join(folder, "bin/deep"));
    mkdirSync(join(folder, "nothing"));
    expect(await unpacked(await folderSource(folder))).toEqual({
      "bin/": "",
      "bin/deep": "-> ../lib/deep",
      "bin/run": "x #!/bin/sh\n",
      "empty.txt": "",
      "lib/": "",
      "lib/deep/": "",
      "lib/deep/x.txt": "x",
    });
  });

  it.each([
    ["outside", "../x"],
    ["to an absolute path", "/etc/passwd"],
    ["outside through another link", "here/../../x"],
  ])("refuses a link that leads %s", async (_where, target) => {
    const folder = folderOf({ "a/b.txt": "", "here-is/x": "" });
    symlinkSync("a/..", join(folder, "here"));
    symlinkSync(target, join(folder, "link"));
    await expect(folderSource(folder)).rejects.toMatchObject({
      code: "invalid",
      issues: [{ path: "link", expected: "a relative link to something inside" }],
    });
  });

  it("refuses a link that a file system would follow outside, though its words stay inside", async () => {
    const folder = folderOf({ "p/x": "" });
    symlinkSync("..", join(folder, "p/top"));
    symlinkSync("p/top/../x", join(folder, "sly"));
    await expect(folderSource(folder)).rejects.toMatchObject({ code: "invalid", issues: [{ path: "sly" }] });
  });

  it("refuses what is no file", async () => {
    const folder = scratchFolder();
    execFileSync("mkfifo", [join(folder, "pipe")]);
    await expect(folderSource(folder)).rejects.toMatchObject({ code: "invalid", issues: [{ path: "pipe" }] });
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "too many files",
      Object.fromEntries("abcdef".split("").map((name) => [name, ""])),
      "at most 5 files and folders: leave out what its build can fetch or make (of a folder by .agentpodignore)",
    ],
    [
      "too many bytes",
      { a: "x".repeat(600), b: "x".repeat(600) },
      "at most 0.0009537 MB in all: leave out what its build can fetch or make (of a folder by .agentpodignore)",
    ],
    [
      "too many folders in each other",
      { "a/b/c/d": "" },
      "at most 3 folders in each other: move it up, or leave it out (of a folder by .agentpodignore)",
    ],
    ["patterns that nobody writes", { ".gitignore": "a*a*a*a*a*a*b\n" }, "patterns with at most 4 stars in a name"],
    ["an ignore file without end", { ".gitignore": "a\n".repeat(40_000) }, "a file of at most 65536 bytes"],
  ])("refuses %s", async (_what, files, expected) => {
    const limits = expected.includes("65536") ? defaultSourceLimits : few;
    await expect(folderSource(folderOf(files), limits)).rejects.toMatchObject({ code: "invalid", issues: [{ expected }] });
  });

  it("says so where a file changes while it is read", async () => {
    const folder = folderOf({ "a.txt": "12345", "b.txt": "12345" });
    const source = await folderSource(folder);
    truncateSync(join(folder, "b.txt"), 2);
    await expect(buffer(source.tar())).rejects.toMatchObject({
      code: "invalid",
      message: "b.txt: expected a file that stays as it is while it is read.",
    });
    writeFileSync(join(folder, "b.txt"), "1234567");
    await expect(buffer(source.tar())).rejects.toMatchObject({ code: "invalid" });
    rmSync(join(folder, "b.txt"));
    await expect(buffer(source.tar())).rejects.toThrow(/ENOENT/);
  });

  it("says so where there is no folder", async () => {
    await expect(folderSource(join(scratchFolder(), "none"))).rejects.toMatchObject({ code: "not_found" });
  });

  it("answers the analyzer", async () => {
    const folder = folderOf({
      "package.json": '{"dependencies":{"express":"5"},"scripts":{"start":"node ."}}',
      "index.js": "app.listen(4500)",
      "node_modules/express/package.json": "{",
    });
    expect(await analyzeSource(await folderSource(folder))).toMatchObject({ type: "node", framework: "express", ports: [4500] });
  });
});
