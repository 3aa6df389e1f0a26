import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { extract, type Header, pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { confinedHeader, confinedTar } from "../src/confined-tar.ts";

type Entry = Partial<Header> & Pick<Header, "name">;

function archive(entries: [Entry, string | Buffer | null][]): Readable {
  const tar = pack();
  for (const [header, body] of entries) {
    if (body === null) tar.entry(header);
    else tar.entry(header, body);
  }
  tar.finalize();
  return Readable.from(tar);
}

async function names(tar: Readable): Promise<string[]> {
  const found: string[] = [];
  const reader = extract();
  reader.end(await buffer(tar));
  for await (const entry of reader) {
    found.push(entry.header.name);
    entry.resume();
  }
  return found;
}

describe("P20 confined archives", () => {
  it("pass unchanged when nothing leads outside, large files too", async () => {
    const large = Buffer.alloc(3_000_000, 7);
    const tar = confinedTar(
      archive([
        [{ name: "./", type: "directory" }, null],
        [{ name: "./a", type: "directory" }, null],
        [{ name: "a/large" }, large],
        [{ name: "a/link", type: "symlink", linkname: "../b" }, null],
        [{ name: "b" }, "b"],
        [{ name: "hard", type: "link", linkname: "a/large" }, null],
      ]),
    );
    expect(await names(tar)).toEqual([".", "a", "a/large", "a/link", "b", "hard"]);
  });

  it.each<[string, Entry[]]>([
    ["..", [{ name: "../x" }]],
    ["hidden ..", [{ name: "a/b/../../../x" }]],
    ["an absolute name", [{ name: "/x" }]],
    ["a link to an absolute path", [{ name: "l", type: "symlink", linkname: "/etc" }]],
    ["a link that points out", [{ name: "a/l", type: "symlink", linkname: "../../x" }]],
    ["a file behind a link", [{ name: "l", type: "symlink", linkname: "d" }, { name: "l/x" }]],
    [
      "a hard link behind a link",
      [
        { name: "l", type: "symlink", linkname: "d" },
        { name: "h", type: "link", linkname: "l/x" },
      ],
    ],
    ["a hard link that points out", [{ name: "h", type: "link", linkname: "../x" }]],
    ["a device", [{ name: "null", type: "character-device", devmajor: 1, devminor: 3 }]],
    ["a pipe", [{ name: "p", type: "fifo" }]],
  ])("refuse %s", (_name, entries) => {
    const links = new Set<string>();
    expect(() => {
      for (const entry of entries) confinedHeader({ type: "file", ...entry } as Header, links);
    }).toThrowError(expect.objectContaining({ code: "invalid" }));
  });

  it("end with invalid for what is no tar, and pass on the source's own failure", async () => {
    await expect(buffer(confinedTar(Readable.from([Buffer.alloc(2048, 1)])))).rejects.toMatchObject({ code: "invalid" });
    const broken = new Readable({ read() {} });
    broken.push(Buffer.alloc(10));
    const read = buffer(confinedTar(broken));
    broken.destroy(new Error("cut off"));
    await expect(read).rejects.toMatchObject({ code: "invalid", cause: expect.objectContaining({ message: "cut off" }) });
  });
});
