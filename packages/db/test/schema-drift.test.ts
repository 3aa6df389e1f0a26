import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const here = fileURLToPath(new URL("..", import.meta.url));

describe("P17 migrations and schema", () => {
  it("say the same: nothing is left to generate", async () => {
    const out = mkdtempSync(join(tmpdir(), "agentpod-drift-"));
    try {
      cpSync(join(here, "drizzle"), out, { recursive: true });
      const kit = join(dirname(createRequire(import.meta.url).resolve("drizzle-kit")), "bin.cjs");
      // Relative, for drizzle-kit puts ./ before it.
      const args = [kit, "generate", "--dialect", "postgresql", "--schema", "./src/schema/*.ts", "--out", relative(here, out)];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: here });
      expect(stdout).toContain("No schema changes");
      expect(readdirSync(out)).toEqual(readdirSync(join(here, "drizzle")));
    } finally {
      rmSync(out, { recursive: true });
    }
  });
});
