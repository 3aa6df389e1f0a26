import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { extract } from "tar-stream";
import { describe, expect, it } from "vitest";
import { resultTar } from "../src/result-tar.ts";
import { tarOf } from "./source-rig.ts";

async function contents(tar: Readable): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of Readable.from(await buffer(tar)).pipe(extract())) {
    const { name, type, mode = 0, linkname } = entry.header;
    found[name] = type === "file" ? `${mode.toString(8)} ${await text(entry)}` : `${type} ${linkname ?? ""}`.trim();
    entry.resume();
  }
  return found;
}

const file = (name: string, content: string, more = {}) => ({ name, content, mode: 0o664, mtime: new Date(), uid: 1000, ...more });

describe("C3 what a build made, as an artifact", () => {
  it("everything below the folder, without history, caches, times and owners", async () => {
    const given = await tarOf([
      { name: "app/", type: "directory" },
      file("app/main.js", "1"),
      file("app/run", "2", { mode: 0o744 }),
      { name: "app/.git/", type: "directory" },
      file("app/.git/config", "no"),
      file("app/sub/.git/HEAD", "no"),
      file("app/.gitignore", "yes"),
      file("app/.next/cache/x", "no"),
      file("app/.next/server.js", "yes"),
      file("app/a/node_modules/.cache/x", "no"),
      { name: "app/node_modules/.bin/next", type: "symlink", linkname: "../next/bin" },
      { name: "app/hard", type: "link", linkname: "app/main.js" },
      { name: "app/pipe", type: "fifo" },
    ]);
    const whole = await buffer(resultTar(Readable.from([given])));
    expect(await contents(Readable.from([whole]))).toEqual({
      "main.js": "644 1",
      run: "755 2",
      ".gitignore": "644 yes",
      ".next/server.js": "644 yes",
      "node_modules/.bin/next": "symlink ../next/bin",
      hard: "link main.js",
    });
    const later = await tarOf([file("./main.js", "1", { mtime: new Date(5), uid: 7 })]);
    const now = await tarOf([file("app/main.js", "1")]);
    expect(await buffer(resultTar(Readable.from([later])))).toEqual(await buffer(resultTar(Readable.from([now]))));
  });

  it("ends at its limits, and where what it reads is cut off", async () => {
    const given = await tarOf([file("app/a", "12345"), file("app/b", "12345")]);
    await expect(buffer(resultTar(Readable.from([given]), { bytes: 9, entries: 9 }))).rejects.toMatchObject({ code: "invalid" });
    await expect(buffer(resultTar(Readable.from([given]), { bytes: 10, entries: 1 }))).rejects.toMatchObject({ code: "invalid" });
    await expect(buffer(resultTar(Readable.from([given.subarray(0, 700)])))).rejects.toThrow();
    const broken = new Readable({
      read() {
        this.destroy(new Error("the engine went away"));
      },
    });
    await expect(buffer(resultTar(broken))).rejects.toThrow("the engine went away");
  });
});
