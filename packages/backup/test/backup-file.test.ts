import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { reapParts, saveBackup } from "@agentpod/host/save-backup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BackupHeader } from "../src/backup-header.ts";
import { parsePartName } from "../src/part-name.ts";
import { readHeader } from "../src/read-backup.ts";
import { verifyBackup } from "../src/verify-backup.ts";
import { unwrapKeys, wrapKeys, wrappingKey } from "../src/wrap-key.ts";
import { type BackupSource, writeBackup } from "../src/write-backup.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agentpod-backup-"));
});
afterAll(() => rm(folder, { recursive: true }));

const key = Buffer.alloc(32, 1);
const header: BackupHeader = {
  format: 1,
  agentpod: "0.1.0",
  createdAt: "2026-01-02T03:04:05.000Z",
  installation: "i",
  trigger: "request",
  migrations: ["0000_start"],
  keyIds: ["abc"],
  key: null,
};

async function* rows(count: number): AsyncGenerator<Buffer> {
  for (let i = 0; i < count; i++) yield Buffer.from(`${i}\t${"x".repeat(90)}\n`);
}

async function make(name: string, count = 100_000): Promise<string> {
  const heads = join(folder, `${name}.heads`);
  await writeFile(heads, '{"seq":1}\nmore that came since');
  async function* sources(): AsyncGenerator<BackupSource> {
    yield { kind: "table", schema: "agentpod", name: "events", columns: ["id", "text"], rows: rows(count) };
    yield { kind: "table", schema: "agentpod", name: "empty", columns: ["id"], rows: rows(0) };
    yield { kind: "file", name: "audit/heads.jsonl", path: heads, bytes: 10 };
    yield { kind: "missing", name: "artifacts/x.tar" };
  }
  const path = join(folder, name);
  await saveBackup(path, writeBackup({ header, key, sources: sources(), sequences: async () => [] }));
  return path;
}

describe("P17 the file of a backup", () => {
  it("is verified to its last byte, is its owner's alone, and nothing unfinished is beside it", async () => {
    const path = await make("whole.tar");
    const found = await verifyBackup(path, () => key);
    expect(found).toMatchObject({ header, rows: 100_000, isAuthentic: true, manifest: { missing: ["artifacts/x.tar"] } });
    expect(found.manifest.tables).toMatchObject([{ rows: 100_000 }, { rows: 0 }]);
    // More than one piece: a table is never held whole.
    expect(found.manifest.parts.filter(({ name }) => name.startsWith("database/")).length).toBe(3);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
    expect(await readHeader(path)).toEqual(header);
    expect((await verifyBackup(path, () => null)).isAuthentic).toBeNull();
  });

  it("is refused wherever it was cut off", async () => {
    const path = await make("short.tar", 2000);
    const whole = await readFile(path);
    const cut = join(folder, "cut.tar");
    // At every end of an entry, where a tar looks whole, and in between. Behind the last part there are two empty blocks.
    for (let at = 0; at < whole.length - 1024; at += 512) {
      await writeFile(cut, whole.subarray(0, at === 0 ? 100 : at));
      await expect(
        verifyBackup(cut, () => key),
        `cut at ${at}`,
      ).rejects.toMatchObject({ code: "invalid" });
    }
  });

  it("is refused when any byte of it was changed, and when its manifest was rewritten without the key", async () => {
    const path = await make("honest.tar", 2000);
    const whole = await readFile(path);
    const changed = join(folder, "changed.tar");
    // The two last blocks of a tar are empty, and padding has no meaning.
    for (let at = 600; at < whole.length - 1024; at += 1301) {
      if (whole[at] === 0) continue;
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] as number) ^ 1;
      await writeFile(changed, copy);
      await expect(
        verifyBackup(changed, () => key),
        `changed at ${at}`,
      ).rejects.toMatchObject({ code: "invalid" });
    }
    await expect(verifyBackup(path, () => Buffer.alloc(32, 2))).rejects.toThrow(/not signed by this one/);
  });

  it("of a newer layout says which program reads it; what is no backup is told so", async () => {
    const newer = join(folder, "newer.tar");
    const content = { header: { ...header, format: 2 as 1 }, key, sources: Readable.from([]), sequences: async () => [] };
    await saveBackup(newer, writeBackup(content));
    await expect(readHeader(newer)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("newer AgentPod") });
    const text = join(folder, "text.tar");
    await writeFile(text, "hello");
    await expect(verifyBackup(text, () => null)).rejects.toMatchObject({ code: "invalid" });
    await expect(verifyBackup(join(folder, "none.tar"), () => null)).rejects.toMatchObject({ code: "not_found" });
  });

  it("takes no name but those that a backup has", () => {
    for (const name of [
      "../x",
      "artifacts/../../etc/passwd",
      "audit/archive/../x",
      "database/public.x/000001.copy.gz",
      "/etc/passwd",
      "__proto__",
    ])
      expect(parsePartName(name)).toBeNull();
    expect(parsePartName("database/agentpod.events/000001.copy.gz")).toMatchObject({ kind: "rows", table: "events", piece: 1 });
  });

  it("does not take the place of another, and a failure leaves nothing", async () => {
    const path = await make("taken.tar", 10);
    const before = await readFile(path);
    await expect(make("taken.tar", 20)).rejects.toMatchObject({ code: "conflict" });
    expect(await readFile(path)).toEqual(before);
    const breaking = Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000);
        throw new Error("the database went away");
      })(),
    );
    await expect(saveBackup(join(folder, "broken.tar"), breaking)).rejects.toThrow("went away");
    expect((await readdir(folder)).filter((name) => name.includes("broken") || name.endsWith(".part"))).toEqual([]);
  });

  it("that a killed program was writing has no name, and what is left of it is removed by the next", async () => {
    const script = `
      const { saveBackup } = await import(${JSON.stringify(import.meta.resolve("@agentpod/host/save-backup"))});
      const { Readable } = await import("node:stream");
      const endless = Readable.from((async function* () { for (;;) { yield Buffer.alloc(65536); console.log("wrote"); await new Promise((r) => setTimeout(r, 5)); } })());
      await saveBackup(process.argv[1], endless);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script, join(folder, "killed.tar")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for (let i = 0; i < 3; i++) await once(child.stdout, "data");
    await reapParts(folder);
    const parts = async () => (await readdir(folder)).filter((name) => name.endsWith(".part"));
    expect(await parts()).toHaveLength(1);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await parts()).toHaveLength(1);
    await reapParts(folder);
    expect((await readdir(folder)).filter((name) => name.includes("killed") || name.endsWith(".part"))).toEqual([]);
  });
});

describe("P17 P8 the master key in a backup", () => {
  it("comes out with the passphrase, and with no other", async () => {
    const wrapped = wrapKeys(await wrappingKey("correct horse battery"), [key, Buffer.alloc(32, 2)]);
    expect(await unwrapKeys("correct horse battery", wrapped)).toEqual([key, Buffer.alloc(32, 2)]);
    await expect(unwrapKeys("correct horse batterY", wrapped)).rejects.toMatchObject({ code: "invalid" });
    expect(JSON.stringify(wrapped)).not.toContain(key.toString("hex"));
    await expect(wrappingKey("short")).rejects.toMatchObject({ code: "invalid" });
  });
});
