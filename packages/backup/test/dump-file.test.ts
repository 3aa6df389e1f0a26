import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { DumpHeader } from "../src/dump-header.ts";
import { readDump } from "../src/read-dump.ts";
import { backupKeyOf, newBackupKey } from "../src/volumes-header.ts";
import { writeDump } from "../src/write-dump.ts";

const master = { id: "one", key: randomBytes(32) };
const dump = Buffer.concat([Buffer.from("PGDMP"), randomBytes(3 * 1024 * 1024 + 17)]);

async function kept(from: Readable = Readable.from([dump])): Promise<Buffer> {
  const { key, kept: wrapped } = newBackupKey(master, "d-1");
  const header: DumpHeader = {
    ...{ kind: "agentpod-dump", format: 1, agentpod: "0.1.0", createdAt: "2026-01-31T12:00:00.000Z", installation: "i" },
    ...{ backup: "d-1", tenant: "acme", pod: "shop", podId: "p", unit: "db", ...wrapped },
  };
  return buffer(writeDump(header, key, from).content);
}
const read = async (file: Buffer, masters = [master]) => {
  const { header, dump: opened, sum } = await readDump(Readable.from([file]), (header) => backupKeyOf(header, masters));
  const back = await buffer(opened);
  expect(sum().bytes).toBe(back.length);
  return { header, back };
};

describe("C8 P8 a kept dump", () => {
  it("comes back as it was, and shows nothing of it to who has not the key", async () => {
    const file = await kept();
    const { back, header } = await read(file);
    expect(back.equals(dump)).toBe(true);
    expect(header).toMatchObject({ tenant: "acme", pod: "shop", unit: "db" });
    expect(file.includes(dump.subarray(0, 64))).toBe(false);
    await expect(read(file, [{ id: "one", key: randomBytes(32) }])).rejects.toMatchObject({ code: "invalid" });
    await expect(read(file, [])).rejects.toMatchObject({ message: expect.stringContaining("AGENTPOD_MASTER_KEY_OLDER") });
  });

  it("is refused where it is cut off, changed or lengthened, however far behind", async () => {
    const file = await kept();
    const changed = Buffer.from(file);
    changed[file.length - 20] = (changed[file.length - 20] ?? 0) ^ 1;
    const header = Buffer.from(file.toString("latin1").replace('"shop"', '"shob"'), "latin1");
    for (const bad of [file.subarray(0, file.length - 1), file.subarray(0, 2 * 1024 * 1024), changed, header, Buffer.concat([file, file])])
      await expect(read(bad)).rejects.toMatchObject({ code: "invalid", message: expect.stringMatching(/^The backup is damaged/) });
    for (const none of [Buffer.alloc(0), Buffer.from("PGDMP\n"), Buffer.from("{}\n")])
      await expect(read(none)).rejects.toMatchObject({ message: "This is no kept dump." });
  });

  it("is not whole where its dump broke off", async () => {
    async function* broken() {
      yield dump;
      throw new Error("the server went away");
    }
    await expect(kept(Readable.from(broken()))).rejects.toThrow("the server went away");
  });
});
