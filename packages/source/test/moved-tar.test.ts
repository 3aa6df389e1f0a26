import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { extract, type Header, pack } from "tar-stream";
import { describe, expect, test } from "vitest";
import { belowFolder, movedTar } from "../src/moved-tar.ts";

const tarOf = (entries: readonly (Partial<Header> & { name: string; content?: string })[]): Readable => {
  const archive = pack();
  for (const { content, ...header } of entries) archive.entry(header, content ?? "");
  archive.finalize();
  return Readable.from(archive, { objectMode: false });
};

async function entriesOf(tar: Readable): Promise<string[]> {
  const entries = extract();
  tar.pipe(entries);
  const found: string[] = [];
  for await (const entry of entries) {
    const { name, type, linkname } = entry.header;
    found.push(`${type} ${name}${linkname ? ` -> ${linkname}` : ""}: ${await text(entry)}`);
  }
  return found;
}

describe("C3 tars whose entries lie elsewhere", () => {
  test("a folder of one becomes a whole one: links within it stay, hard links go with what they name", async () => {
    const tar = tarOf([
      { name: "./", type: "directory" },
      { name: "README", content: "above" },
      { name: "web/", type: "directory" },
      { name: "web/index.html", content: "page" },
      { name: "web/same.html", type: "link", linkname: "web/index.html" },
      { name: "web/out", type: "link", linkname: "README" },
      { name: "web/a", type: "symlink", linkname: "index.html" },
      { name: "website/other", content: "another folder" },
    ]);
    expect(await entriesOf(movedTar([{ tar, place: belowFolder("web") }]))).toEqual([
      "file index.html: page",
      "link same.html -> index.html: ",
      "symlink a -> index.html: ",
    ]);
  });

  test("two become one, what one has in its place left out", async () => {
    const program = tarOf([
      { name: "serve.mjs", content: "program" },
      { name: "site/", type: "directory" },
      { name: "site/index.html", content: "example" },
    ]);
    const site = tarOf([{ name: "index.html", content: "page" }]);
    const parts = [
      { tar: program, place: (path: string) => (path.startsWith("site/") ? null : path) },
      { tar: site, place: (path: string) => `site/${path}` },
    ];
    expect(await entriesOf(movedTar(parts))).toEqual(["file serve.mjs: program", "directory site/: ", "file site/index.html: page"]);
  });

  test("one that is cut off, or no tar at all, fails", async () => {
    const whole = await buffer(tarOf([{ name: "a", content: "x".repeat(5000) }]));
    for (const broken of [whole.subarray(0, 2000), Buffer.from("no tar".repeat(500))])
      await expect(buffer(movedTar([{ tar: Readable.from([broken]), place: (path) => path }]))).rejects.toThrow();
  });
});
