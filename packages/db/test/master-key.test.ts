import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureHome, homeAt } from "@agentpod/host/home";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadMasterKey } from "../src/master-key.ts";

let home: ReturnType<typeof homeAt>;
beforeEach(() => {
  home = homeAt(mkdtempSync(join(tmpdir(), "agentpod-keys-")));
  ensureHome(home);
});
afterEach(() => rmSync(home.root, { recursive: true }));
const file = () => join(home.keys, "master-key");
const base64 = Buffer.alloc(32, 7).toString("base64");

describe("P8 the master key", () => {
  it("is made once, in a 0600 file", () => {
    const first = loadMasterKey(home, {});
    expect(first.current.key).toHaveLength(32);
    expect(loadMasterKey(home, {})).toEqual(first);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it("is taken from the variable: 32 bytes in base64, or a passphrase that gives every replica the same", () => {
    expect(loadMasterKey(home, { AGENTPOD_MASTER_KEY: base64 }).current.key).toEqual(Buffer.alloc(32, 7));
    const passphrase = "correct horse battery staple, and more";
    const other = { ...home, keys: join(home.root, "other") };
    mkdirSync(other.keys);
    const key = loadMasterKey(home, { AGENTPOD_MASTER_KEY: passphrase });
    expect(key).toEqual(loadMasterKey(other, { AGENTPOD_MASTER_KEY: passphrase }));
    expect(key.current.key).toHaveLength(32);
    expect(key.current.id).not.toBe(loadMasterKey(home, { AGENTPOD_MASTER_KEY: `${passphrase}!` }).current.id);
  });

  it("older ones come from the file and the second variable", () => {
    const stored = loadMasterKey(home, {}).current;
    const line = readFileSync(file(), "utf8");
    const more = Buffer.alloc(32, 9).toString("base64");
    const loaded = loadMasterKey(home, { AGENTPOD_MASTER_KEY: base64, AGENTPOD_MASTER_KEY_OLDER: more });
    expect(loaded.older.map((k) => k.key)).toEqual([stored.key, Buffer.alloc(32, 9)]);
    writeFileSync(file(), `${base64}\n${line}`);
    expect(loadMasterKey(home, {})).toMatchObject({ current: { key: Buffer.alloc(32, 7) }, older: [{ id: stored.id }] });
  });

  it("a weak one is refused, without repeating it", () => {
    const weak = () => loadMasterKey(home, { AGENTPOD_MASTER_KEY: "hunter2" });
    expect(weak).toThrow(/at least 32 characters/);
    expect(weak).not.toThrow(/hunter2/);
  });
});
