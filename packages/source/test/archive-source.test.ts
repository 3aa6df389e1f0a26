import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { defaultSourceLimits } from "@agentpod/core/source/source-limits";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { archiveSource } from "../src/archive-source.ts";
import { folderSource } from "../src/folder-source.ts";
import { digestOf, folderOf, leftIn, scratchFolder, tarOf, unpacked } from "./source-rig.ts";
import { type ZipEntry, zipFile } from "./zip-file.ts";

const limits = { ...defaultSourceLimits, bytes: 100_000, entries: 50, depth: 10 };

/** Reads an archive with a folder for what is kept of it. */
async function read(archive: Buffer, scratch = scratchFolder()) {
  return { scratch, source: await archiveSource(Readable.from([archive], { objectMode: false }), { limits, scratch }) };
}

async function refusal(archive: Buffer): Promise<{ code: string; message: string; path: string | undefined; left: string[] }> {
  const scratch = scratchFolder();
  try {
    await read(archive, scratch);
  } catch (thrown) {
    const error = thrown as { code: string; message: string; issues: { path: string }[] };
    return { code: error.code, message: error.message, path: error.issues[0]?.path, left: leftIn(scratch) };
  }
  throw new Error("it was taken");
}

const files = { "package.json": '{"name":"x"}', "src/index.js": "console.log(1)", "src/a b.txt": "ü" };

describe("C3 an archive as a source", () => {
  it("is the same as the folder it was made of, as tar, tar.gz and zip", async () => {
    const digest = await digestOf(await folderSource(folderOf(files)));
    const tar = await tarOf([
      { name: "./", type: "directory" },
      { name: "src/", type: "directory" },
      ...Object.entries(files).map(([name, content]) => ({ name: `./${name}`, content, mtime: new Date() })),
    ]);
    const zip = zipFile([{ name: "src/", mode: 0o040755 }, ...Object.entries(files).map(([name, content]) => ({ name, content }))]);
    for (const archive of [tar, gzipSync(tar), zip]) {
      const { scratch, source } = await read(archive);
      expect(await digestOf(source)).toBe(digest);
      expect((await source.read("package.json"))?.toString()).toBe('{"name":"x"}');
      expect(await source.read("none")).toBeNull();
      expect(leftIn(scratch)).toHaveLength(2);
      await source.close();
      await source.close();
      expect(leftIn(scratch)).toEqual([]);
    }
  });

  it("keeps modes and links, and leaves out what is ignored", async () => {
    const zip = zipFile([
      { name: "run.sh", content: "#!/bin/sh", mode: 0o100755 },
      { name: "link", content: "run.sh", mode: 0o120777 },
      { name: "node_modules/x.js", content: "x" },
      { name: ".git/config", content: "x" },
      { name: ".env", content: "SECRET=1" },
      { name: "a/.gitignore", content: "*.tmp" },
      { name: "a/x.tmp", content: "x" },
      { name: "b/x.tmp", content: "x" },
    ]);
    const { source } = await read(zip);
    expect(await unpacked(source)).toEqual({
      "a/": "",
      "a/.gitignore": "*.tmp",
      "b/": "",
      "b/x.tmp": "x",
      link: "-> run.sh",
      "run.sh": "x #!/bin/sh",
    });
    expect(source.notices).toEqual([expect.stringContaining("Left out, for they may hold secrets: .env.")]);
    await source.close();
  });

  it("takes a hard link for the file that it is", async () => {
    const { source } = await read(
      await tarOf([
        { name: "a", content: "same" },
        { name: "b", type: "link", linkname: "a" },
      ]),
    );
    expect(await unpacked(source)).toEqual({ a: "same", b: "same" });
    await source.close();
  });

  it.each<[string, ZipEntry[], string | RegExp]>([
    ["leads up", [{ name: "../evil", content: "x" }], "../evil"],
    ["leads up from below", [{ name: "a/../../evil", content: "x" }], "a/../../evil"],
    ["is absolute", [{ name: "/etc/cron.d/x", content: "x" }], "/etc/cron.d/x"],
    ["has a drive", [{ name: "C:/x", content: "x" }], "C:/x"],
    ["has a NUL", [{ name: "a\0b", content: "x" }], "a?b"],
    [
      "is there twice",
      [
        { name: "a", content: "1" },
        { name: "./a", content: "2" },
      ],
      "./a",
    ],
    [
      "is a folder and a file",
      [
        { name: "a", content: "1" },
        { name: "a/b", content: "2" },
      ],
      "a/b",
    ],
    [
      "lies behind a link",
      [
        { name: "b", content: "x" },
        { name: "a", content: "b", mode: 0o120777 },
        { name: "a/c", content: "2" },
      ],
      "a/c",
    ],
    ["is a link outside", [{ name: "a", content: "../../etc/passwd", mode: 0o120777 }], "a"],
    ["is an absolute link", [{ name: "a", content: "/etc/passwd", mode: 0o120777 }], "a"],
    [
      "is a link in a circle",
      [
        { name: "a", content: "b", mode: 0o120777 },
        { name: "b", content: "a", mode: 0o120777 },
      ],
      "a",
    ],
    ["is a device", [{ name: "sda", mode: 0o060644 }], "sda"],
    ["is a pipe", [{ name: "pipe", mode: 0o010644 }], "pipe"],
    ["has a password", [{ name: "a", content: "x", claims: { flags: 1 } }], "a"],
    ["is packed in another way", [{ name: "a", content: "x", claims: { method: 14 } }], "a"],
    ["is not what its checksum says", [{ name: "a", content: "x", claims: { crc: 1 } }], "a"],
    ["is longer than it says", [{ name: "a", content: "x".repeat(5000), claims: { bytes: 10 } }], "archive"],
    ["is shorter than it says", [{ name: "a", content: "x", claims: { bytes: 10 } }], "archive"],
    ["says that it is longer than anything", [{ name: "a", content: "x", claims: { bytes: 4_000_000_000 } }], "a"],
    ["is a bomb", [{ name: "bomb", content: Buffer.alloc(3_000_000) }], "bomb"],
    ["is too deep", [{ name: `${"a/".repeat(20)}b`, content: "x" }], /^(a\/)+b$/],
    ["has a name too long", [{ name: "n".repeat(300), content: "x" }], /^n+\.\.\.$/],
    ["is one of too many", Array.from({ length: 51 }, (_, i) => ({ name: `f${i}` })), "archive"],
    ["is no UTF-8", [{ name: Buffer.from([0x61, 0xff]), content: "x" }], "a?"],
  ])("refuses a zip in which a file %s, and leaves nothing behind", async (_what, entries, path) => {
    const { code, path: at, left } = await refusal(zipFile(entries));
    expect({ code, left }).toEqual({ code: "invalid", left: [] });
    expect(at).toEqual(typeof path === "string" ? path : expect.stringMatching(path));
  });

  it.each<[string, Parameters<typeof tarOf>[0], string]>([
    ["leads up", [{ name: "../evil", content: "x" }], "../evil"],
    ["is absolute", [{ name: "/evil", content: "x" }], "/evil"],
    ["is a device", [{ name: "sda", type: "block-device" }], "sda"],
    ["is a terminal", [{ name: "tty", type: "character-device" }], "tty"],
    ["is a pipe", [{ name: "pipe", type: "fifo" }], "pipe"],
    ["is a hard link outside", [{ name: "a", type: "link", linkname: "/etc/passwd" }], "/etc/passwd"],
    ["is a hard link to nothing", [{ name: "a", type: "link", linkname: "b" }], "a"],
    [
      "is a hard link to a link",
      [
        { name: "b", type: "symlink", linkname: "c" },
        { name: "a", type: "link", linkname: "b" },
      ],
      "a",
    ],
    [
      "is there twice",
      [
        { name: "a", content: "1" },
        { name: "a", content: "2" },
      ],
      "a",
    ],
    ["is a link outside", [{ name: "a/b", type: "symlink", linkname: "../../x" }], "a/b"],
    ["is too long", [{ name: "big", content: "x".repeat(100_001) }], "big"],
    [
      "is copied without end",
      [
        { name: "a", content: "x".repeat(60_000) },
        { name: "b", type: "link", linkname: "a" },
      ],
      "b",
    ],
  ])("refuses a tar in which a file %s, and leaves nothing behind", async (_what, entries, path) => {
    const tar = await tarOf(entries);
    for (const archive of [tar, gzipSync(tar)]) expect(await refusal(archive)).toMatchObject({ code: "invalid", path, left: [] });
  });

  it("refuses a bomb of gzip before it is unpacked", async () => {
    const bomb = gzipSync(await tarOf([{ name: "zeros", content: "\0".repeat(50_000_000) }]));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusal(bomb)).toMatchObject({ code: "invalid", path: "zeros", left: [] });
  });

  it.each<[string, () => Promise<Buffer>]>([
    ["zeros", async () => Buffer.alloc(6000 * 512)],
    [
      "headers of nothing",
      async () => Buffer.concat(Array<Buffer>(6000).fill(emptyAside((await tarOf([{ name: "a/", type: "directory" }])).subarray(0, 512)))),
    ],
  ])("reads no %s without end behind what a source may hold", async (_what, more) => {
    const tar = await tarOf([{ name: "a.txt", content: "x" }]);
    // The end of a tar is two blocks of zeros; readers go on behind it.
    const bomb = Buffer.concat([tar, await more()]);
    for (const archive of [bomb, gzipSync(bomb)]) expect(await refusal(archive)).toMatchObject({ code: "invalid", left: [] });
  });

  it("refuses headers that are kept in memory as a whole", async () => {
    const tar = await tarOf([{ name: `${"n".repeat(200)}/${"m".repeat(200)}`, content: "x" }]);
    // The size of the header that holds the long name.
    tar.write("77777777777\0", 124, "latin1");
    expect(await refusal(tar)).toMatchObject({ code: "invalid", path: "archive", left: [] });
  });

  it.each<[string, Buffer, RegExp]>([
    ["nothing", Buffer.alloc(0), /^archive: expected a tar, tar\.gz or zip\.$/],
    ["text", Buffer.from("hello ".repeat(200)), /^archive: expected a tar, tar\.gz or zip\.$/],
    ["rar", Buffer.from("Rar!\x1a\x07\x00".padEnd(600)), /expected a tar, tar\.gz or zip, not rar/],
    ["xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), /not xz/],
    ["gzip of text", gzipSync("hello"), /damaged or was cut off/],
    ["a gzip cut off", gzipSync(Buffer.alloc(10_000)).subarray(0, 25), /damaged or was cut off/],
    ["a zip cut off", zipFile([{ name: "a", content: "x" }]).subarray(0, 60), /damaged or was cut off/],
  ])("refuses %s", async (_what, archive, message) => {
    const { code, message: said, left } = await refusal(archive);
    expect({ code, left }).toEqual({ code: "invalid", left: [] });
    expect(said).toMatch(message);
  });

  it("refuses a tar that was cut off", async () => {
    const tar = await tarOf([{ name: "a", content: "x".repeat(3000) }]);
    expect(await refusal(tar.subarray(0, 2000))).toMatchObject({ code: "invalid", left: [] });
  });

  it("leaves nothing behind where the upload breaks", async () => {
    const scratch = scratchFolder();
    const tar = await tarOf([{ name: "a", content: "x".repeat(3000) }]);
    const broken = Readable.from(
      (async function* () {
        yield tar.subarray(0, 1500);
        throw new Error("the line was cut");
      })(),
      { objectMode: false },
    );
    await expect(archiveSource(broken, { limits, scratch })).rejects.toThrow();
    expect(leftIn(scratch)).toEqual([]);
  });

  it("gives a source or `invalid` for any bytes, and nothing else", async () => {
    const samples = [
      await tarOf([
        { name: "a", content: "text" },
        { name: "b", type: "symlink", linkname: "a" },
      ]),
      zipFile([
        { name: "a", content: "text" },
        { name: "b/c", content: "more" },
      ]),
    ];
    samples.push(gzipSync(samples[0] ?? ""));
    const scratch = mkdtempSync(join(scratchFolder(), "any-"));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
        fc.nat(4000),
        async (sample, changes, cut) => {
          const archive = Buffer.from(sample.subarray(0, Math.max(sample.length - (cut % 5 === 0 ? cut : 0), 1)));
          for (const [at, value] of changes) archive[at % Math.min(archive.length, 700)] = value;
          try {
            await (await archiveSource(Readable.from([archive], { objectMode: false }), { limits, scratch })).close();
          } catch (error) {
            expect(error).toMatchObject({ name: "AppError", code: "invalid" });
          }
          expect(leftIn(scratch)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** A header that says something of all entries after it, and says nothing. */
function emptyAside(folder: Buffer): Buffer {
  const header = Buffer.from(folder);
  header.write("g", 156, "latin1");
  header.fill(" ", 148, 156);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0 `,
    148,
    "latin1",
  );
  return header;
}
