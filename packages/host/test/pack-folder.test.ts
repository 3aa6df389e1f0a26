import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { packFolder } from "../src/pack-folder.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "agentpod-pack-"));
});
afterEach(() => rm(root, { recursive: true }));

async function folder(name: string, files: Record<string, string>): Promise<string> {
  const path = join(root, name);
  await mkdir(path);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(join(path, file, ".."), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return path;
}

describe("P5 packed folders are named by their content", () => {
  it("gives the same bytes whatever the order of writing, times and permissions of others", async () => {
    const one = await folder("one", { "a.js": "1", "lib/b.js": "2" });
    const two = await folder("two", { "lib/b.js": "2", "a.js": "1" });
    await utimes(join(two, "a.js"), 1000, 1000);
    await chmod(join(two, "a.js"), 0o600);
    const [first, second] = [await packFolder(one), await packFolder(two)];
    expect(second.digest).toBe(first.digest);
    expect(second.tar.equals(first.tar)).toBe(true);
    expect(first.digest).toMatch(/^sha256:[a-f0-9]{64}$/);
  });

  it("changes with content, names and the executable bit", async () => {
    const path = await folder("one", { "run.sh": "x" });
    const before = await packFolder(path);
    await chmod(join(path, "run.sh"), 0o755);
    const executable = await packFolder(path);
    await writeFile(join(path, "run.sh"), "y");
    const changed = await packFolder(path);
    expect(new Set([before.digest, executable.digest, changed.digest]).size).toBe(3);
  });

  it("keeps links inside and refuses links that lead outside", async () => {
    const path = await folder("one", { "a.js": "1", "lib/b.js": "2" });
    await symlink("../a.js", join(path, "lib/link.js"));
    await expect(packFolder(path)).resolves.toBeDefined();
    await symlink("../../../etc/passwd", join(path, "lib/escape"));
    await expect(packFolder(path)).rejects.toMatchObject({ code: "invalid", message: expect.stringContaining("lib/escape") });
    await rm(join(path, "lib/escape"));
    await symlink("/etc/passwd", join(path, "absolute"));
    await expect(packFolder(path)).rejects.toMatchObject({ code: "invalid" });
  });

  it("says that a folder is missing", async () => {
    await expect(packFolder(join(root, "none"))).rejects.toMatchObject({ code: "not_found" });
  });
});
