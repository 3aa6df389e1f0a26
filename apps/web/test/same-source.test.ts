import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { archiveSource } from "@agentpod/source/archive-source";
import { folderSource } from "@agentpod/source/folder-source";
import type { SourceSnapshot } from "@agentpod/source/source-snapshot";
import { afterEach, describe, expect, it } from "vitest";
import { folderTree } from "../src/screens/new-deployment/given-folder.ts";
import { packSource } from "../src/screens/new-deployment/pack-source.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function digestOf(source: SourceSnapshot): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of source.tar()) hash.update(part);
  await source.close();
  return hash.digest("hex");
}

describe("C3 a folder that is dropped and the same folder from a terminal", () => {
  it("are one source: what stays behind is the same, and so is every byte of the rest", async () => {
    const files: Record<string, string> = {
      ".gitignore": "# built\n/dist\n*.log\n!keep.log\nsecret-*\n",
      ".agentpodignore": "docs/\n!secret-kept\n",
      ".env": "A=b",
      ".env.example": "A=",
      ".git/HEAD": "ref",
      "dist/out.js": "x",
      "docs/a.md": "x",
      "keep.log": "kept",
      "more.log": "x",
      "node_modules/a.js": "x",
      "secret-kept": "kept",
      "secret-x": "x",
      "bin/run": "#!/bin/sh\nexit 0\n",
      "sub/.gitignore": "!more.log\n",
      "sub/more.log": "kept",
      "sub/ü.txt": "umlaut",
      "a-b.txt": "",
      "a/b.txt": "sorts elsewhere",
      [`${"d".repeat(90)}/${"f".repeat(90)}.txt`]: "long",
      "big.bin": "0123456789".repeat(20_000),
    };
    const folder = mkdtempSync(join(tmpdir(), "agentpod-same-"));
    folders.push(folder);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    chmodSync(join(folder, "bin/run"), 0o755);
    const given = Object.keys(files).map((path) => ({ path: `shop/${path}`, file: new File([readFileSync(join(folder, path))], path) }));

    const packed = await packSource(folderTree(given).entries);
    const dropped = await archiveSource(Readable.from(Buffer.from(await packed.tar.arrayBuffer()), { objectMode: false }));
    const terminal = await folderSource(folder);
    expect(dropped.entries).toEqual(terminal.entries);
    expect(dropped.entries.map(({ path }) => path)).toContain("sub/more.log");
    expect(packed.notices).toEqual(terminal.notices);
    expect(await digestOf(dropped)).toBe(await digestOf(terminal));
  });
});
