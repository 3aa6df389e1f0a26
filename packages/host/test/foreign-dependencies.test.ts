import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { extract } from "tar-stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { packFolder } from "../src/pack-folder.ts";

let root: string;
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "agentpod-dependencies-")));
});
afterEach(() => rm(root, { recursive: true }));

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), text);
}

/** A package in a store of its own, as isolated installs make it: beside it links to what it depends on. */
async function install(key: string, name: string, dependencies: Record<string, string>): Promise<void> {
  await write(`store/${key}/node_modules/${name}/package.json`, JSON.stringify({ name, dependencies: depends(dependencies) }));
  await write(`store/${key}/node_modules/${name}/index.js`, key);
  for (const [needed, from] of Object.entries(dependencies)) await link(`store/${key}/node_modules/${needed}`, from, needed);
}

async function link(at: string, key: string, name: string): Promise<void> {
  await mkdir(dirname(join(root, at)), { recursive: true });
  await symlink(join(root, "store", key, "node_modules", name), join(root, at));
}

const depends = (names: Record<string, string>) => Object.fromEntries(Object.keys(names).map((name) => [name, "*"]));

async function packed(folder: string): Promise<Record<string, string>> {
  const { tar } = await packFolder(join(root, folder));
  const files: Record<string, string> = {};
  for await (const entry of Readable.from(tar).pipe(extract())) {
    let text = "";
    for await (const chunk of entry) text += String(chunk);
    if (entry.header.type === "file") files[entry.header.name] = text;
  }
  return files;
}

async function app(dependencies: Record<string, string>): Promise<void> {
  await write("app/main.js", "main");
  await write("app/package.json", JSON.stringify({ dependencies: depends(dependencies), devDependencies: { tool: "*" } }));
  for (const [name, key] of Object.entries(dependencies)) await link(`app/node_modules/${name}`, key, name);
}

describe("P1 a code folder of a workspace is packed with what it depends on", () => {
  test("all that its dependencies need, once, without what only development needs", async () => {
    await install("leaf@1", "leaf", {});
    await install("a@1", "a", { leaf: "leaf@1" });
    await install("@x+b@1", "@x/b", { a: "a@1", leaf: "leaf@1" });
    await install("tool@1", "tool", {});
    await app({ a: "a@1", "@x/b": "@x+b@1" });
    await link("app/node_modules/tool", "tool@1", "tool");
    const files = await packed("app");
    expect(Object.keys(files).filter((name) => name.endsWith(".js"))).toEqual([
      "main.js",
      "node_modules/@x/b/index.js",
      "node_modules/a/index.js",
      "node_modules/leaf/index.js",
    ]);
  });

  test("two versions of one package both come along, each to its user", async () => {
    await install("leaf@1", "leaf", {});
    await install("leaf@2", "leaf", {});
    await install("a@1", "a", { leaf: "leaf@1" });
    await install("b@1", "b", { leaf: "leaf@2" });
    await app({ a: "a@1", b: "b@1" });
    expect(await packed("app")).toMatchObject({
      "node_modules/leaf/index.js": "leaf@1",
      "node_modules/b/node_modules/leaf/index.js": "leaf@2",
    });
  });

  test("packages that need each other end", async () => {
    await install("a@1", "a", { b: "b@1" });
    await install("b@1", "b", { a: "a@1" });
    await app({ a: "a@1" });
    expect(Object.keys(await packed("app"))).toContain("node_modules/b/index.js");
  });

  test("a folder with node_modules of its own is packed as it is, and so is one where nothing is installed", async () => {
    await write("app/package.json", JSON.stringify({ dependencies: { a: "*" } }));
    expect(Object.keys(await packed("app"))).toEqual(["package.json"]);
    await write("app/node_modules/a/index.js", "own");
    expect(await packed("app")).toMatchObject({ "node_modules/a/index.js": "own" });
  });

  test("a dependency that is missing beside others is told", async () => {
    await install("a@1", "a", {});
    await app({ a: "a@1" });
    await write("app/package.json", JSON.stringify({ dependencies: { a: "*", gone: "*" } }));
    await expect(packed("app")).rejects.toMatchObject({ code: "not_found", message: expect.stringContaining("gone") });
  });
});
