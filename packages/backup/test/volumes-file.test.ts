import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { podSpec } from "@agentpod/core/pod-spec";
import { extract, type Header, pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import { type ReadVolumes, readVolumes, type VolumesReader } from "../src/read-volumes.ts";
import { backupKeyOf, newBackupKey, type PodInBackup, type VolumesHeader } from "../src/volumes-header.ts";
import { relativeHeader, type VolumeSource, writeVolumes } from "../src/write-volumes.ts";

const master = { id: "one", key: randomBytes(32) };
const other = { id: "one", key: randomBytes(32) };
const pod: PodInBackup = {
  spec: podSpec.parse({ units: [{ name: "app", image: "hello:1" }] }),
  template: null,
  inputs: {},
  generation: 3,
  secrets: { password: "s3cret-value" },
};
const large = randomBytes(3 * 1024 * 1024 + 17);
const long = `${"deep/".repeat(40)}file-with-ü.txt`;

/** A tar as engines give it: below the folder's own name. */
function tarOf(folder: string, entries: [Partial<Header> & { name: string }, Buffer?][]): Readable {
  const tar = pack();
  for (const [header, body] of entries)
    tar.entry({ ...header, name: header.name === "." ? `${folder}/` : `${folder}/${header.name}` }, body ?? "");
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

const data = (folder: string): Readable =>
  tarOf(folder, [
    [{ name: ".", type: "directory", mode: 0o750, uid: 1000, gid: 1000 }],
    [{ name: "large.bin", mode: 0o600, uid: 1000, gid: 1000 }, large],
    [{ name: "link", type: "symlink", linkname: "/etc/somewhere" }],
    [{ name: "again", type: "link", linkname: `${folder}/large.bin` }],
    [{ name: "pipe", type: "fifo" }],
    [{ name: long, uid: 0, pax: { uid: "1900010000", gid: "1900010000" } }, Buffer.from("long")],
    [{ name: "empty" }, Buffer.alloc(0)],
  ]);

const sources: VolumeSource[] = [
  { unit: "app", volume: "data", how: "stopped", open: async () => data("state") },
  { unit: "db", volume: "main", how: "live", open: async () => tarOf(".", [[{ name: "only" }, Buffer.from("one")]]) },
];

async function made(from: readonly VolumeSource[] = sources): Promise<Buffer> {
  const { key, kept } = newBackupKey(master, "b-1");
  const written = writeVolumes(header(kept), key, pod, from);
  return buffer(written.content);
}

const header = (kept: Pick<VolumesHeader, "keyId" | "key">): VolumesHeader => ({
  kind: "agentpod-volumes",
  format: 1,
  agentpod: "0.1.0",
  createdAt: "2026-01-31T12:00:00.000Z",
  installation: "i",
  backup: "b-1",
  tenant: "acme",
  pod: "web",
  podId: "p",
  ...kept,
});

/** As it comes from a disk or a network: in pieces of any size. */
function pieces(file: Buffer): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < file.length; at += 70_001) yield file.subarray(at, at + 70_001);
    })(),
    { objectMode: false },
  );
}

const open = (file: Buffer, more: Partial<VolumesReader> = {}): Promise<ReadVolumes> =>
  readVolumes(pieces(file), { key: (found) => backupKeyOf(found, [master]), ...more });

describe("A16 the file of a backup of volumes", () => {
  it("gives back every file, folder and link of every volume as it was", async () => {
    const found: Record<string, { header: Header; body: Buffer }> = {};
    const read = await open(await made(), {
      async take({ unit, volume }, tar) {
        const entries = extract();
        tar.pipe(entries as never);
        for await (const entry of entries)
          found[`${unit}/${volume}/${entry.header.name}`] = { header: entry.header, body: await buffer(entry as AsyncIterable<Buffer>) };
      },
    });
    expect(Object.keys(found)).toEqual([
      "app/data/.",
      "app/data/large.bin",
      "app/data/link",
      "app/data/again",
      `app/data/${long}`,
      "app/data/empty",
      "db/main/only",
    ]);
    expect(found["app/data/large.bin"]?.body.equals(large)).toBe(true);
    expect(found["app/data/large.bin"]?.header).toMatchObject({ mode: 0o600, uid: 1000, gid: 1000 });
    expect(found["app/data/link"]?.header).toMatchObject({ type: "symlink", linkname: "/etc/somewhere" });
    expect(found["app/data/again"]?.header).toMatchObject({ type: "link", linkname: "large.bin" });
    expect(found["app/data/."]?.header).toMatchObject({ type: "directory", mode: 0o750, uid: 1000 });
    expect(found[`app/data/${long}`]?.header.pax).toMatchObject({ uid: "1900010000", gid: "1900010000" });
    expect(read.volumes).toMatchObject([
      { unit: "app", volume: "data", how: "stopped", entries: 6, bytes: large.length + 4 },
      { unit: "db", volume: "main", how: "live", entries: 1, bytes: 3 },
    ]);
    expect(read.pod).toEqual(pod);
  });

  it("shows neither names of files nor secrets to whoever has no key", async () => {
    const file = (await made()).toString("latin1");
    for (const text of ["s3cret-value", "large.bin", "password"]) expect(file).not.toContain(text);
  });

  it("refuses another key, and says which one is needed", async () => {
    const file = await made();
    await expect(open(file, { key: (found) => backupKeyOf(found, [other]) })).rejects.toMatchObject({ code: "invalid" });
    await expect(open(file, { key: (found) => backupKeyOf(found, []) })).rejects.toThrow(/master key one, which is not here/);
  });

  it("refuses a file that is cut off anywhere, has a byte changed anywhere, or goes on behind its end", async () => {
    const file = await made([sources[1] as VolumeSource]);
    for (const length of [0, 10, file.length >> 1, file.length - 20, file.length - 1])
      await expect(open(file.subarray(0, length)), `cut at ${length}`).rejects.toMatchObject({ code: "invalid" });
    const line = file.indexOf(10);
    for (const at of [line - 30, line + 2, line + 40, file.length - 1]) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(open(changed), `changed at ${at}`).rejects.toMatchObject({ code: "invalid" });
    }
    await expect(open(Buffer.concat([file, file]))).rejects.toMatchObject({ code: "invalid" });
  });

  it("refuses pieces that were put in another order", async () => {
    const file = await made();
    const line = file.indexOf(10) + 1;
    const frame = (at: number): number => 4 + (file.readUInt32BE(at) & 0x7f_ff_ff_ff) + 16;
    const [first, second] = [frame(line), frame(line + frame(line))];
    const swapped = Buffer.concat([
      file.subarray(0, line),
      file.subarray(line + first, line + first + second),
      file.subarray(line, line + first),
      file.subarray(line + first + second),
    ]);
    await expect(open(swapped)).rejects.toMatchObject({ code: "invalid" });
  });

  it("ends with the error of a source that breaks off, and of whoever takes it", async () => {
    const broken = new Readable({ read() {} });
    const { key, kept } = newBackupKey(master, "b-1");
    const written = writeVolumes(header(kept), key, pod, [{ unit: "a", volume: "b", how: "live", open: async () => broken }]);
    const all = buffer(written.content);
    broken.destroy(new Error("the engine went away"));
    await expect(all).rejects.toThrow();
    const take = async (): Promise<void> => {
      throw new Error("the disk is full");
    };
    await expect(open(await made(), { take })).rejects.toThrow("the disk is full");
  });
});

describe("A16 entries as engines give them", () => {
  it.each([
    [
      { name: "data/", type: "directory", mode: 0o40755 },
      { name: ".", mode: 0o755 },
    ],
    [
      { name: "data/a", type: "file", mode: 0o100640, size: 3 },
      { name: "a", mode: 0o640, size: 3 },
    ],
    [
      { name: "./a/b", type: "contiguous-file", size: 1 },
      { name: "a/b", type: "file" },
    ],
    [
      { name: "data/l", type: "symlink", linkname: "../x", size: 9 },
      { name: "l", linkname: "../x", size: 0 },
    ],
    [
      { name: "data/h", type: "link", linkname: "data/a" },
      { name: "h", linkname: "a" },
    ],
  ] as [Header, object][])("%j", (given, expected) => expect(relativeHeader(given)).toMatchObject(expected));

  it.each(["fifo", "character-device", "block-device"] as const)("%s is left out", (type) => {
    expect(relativeHeader({ name: "data/x", type } as Header)).toBeNull();
  });
});
