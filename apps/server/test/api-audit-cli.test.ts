import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig } from "./api-rig.ts";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

let rig: ApiRig;
let folder: string;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  folder = await mkdtemp(join(tmpdir(), "agentpod-audit-cli-"));
  for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
});
afterAll(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});

function agentpod(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH ?? "", AGENTPOD_HOME: join(folder, "home"), AGENTPOD_URL: rig.url, AGENTPOD_TOKEN: rig.adminToken };
  return new Promise((resolve) => {
    execFile(join(root, "agentpod"), ["audit", ...args], { env, cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe("P10 the audit trail by command", () => {
  it("lists, exports to a private new file, and shows settings", async () => {
    const listed = await agentpod("list", "--type", "tenant.*", "--since", "1h", "-o", "json");
    expect(JSON.parse(listed.stdout)).toMatchObject([{ tenant: "acme" }, { tenant: "bolts" }]);
    expect((await agentpod("list", "--tenant", "acme")).stdout).toMatch(/WHO[\s\S]*tenant\.created +acme +ok/);
    expect((await agentpod("export", "--format", "csv", "--file", "audit.csv")).code).toBe(0);
    expect((await stat(join(folder, "audit.csv"))).mode & 0o777).toBe(0o600);
    expect((await readFile(join(folder, "audit.csv"), "utf8")).split("\r\n").length).toBeGreaterThan(2);
    expect((await agentpod("export", "--format", "csv", "--file", "audit.csv")).code).not.toBe(0);
    expect((await agentpod("export", "--type", "tenant.*")).stdout.trim().split("\n")).toHaveLength(2);
    expect((await agentpod("settings", "--archive-after", "90")).stdout).toContain("archived after 90 days");
    expect((await agentpod("settings", "--archive-after", "0")).stdout).toContain("stay in the database");
    expect((await agentpod("archive", "--older-than", "90", "--yes")).stdout).toContain("No events are that old");
  });

  it("verifies with an exit code that a script can go by", async () => {
    while ((await rig.deps.database.asSystem((s) => s.audit.seal(500, false)))?.sealed !== 0);
    const good = await agentpod("verify");
    expect(good).toMatchObject({ code: 0, stderr: "" });
    expect(good.stdout).toContain("intact");
    const owner = new pg.Client({ connectionString: rig.ownerUrl });
    await owner.connect();
    await owner.query(
      "alter table agentpod.events no force row level security; update agentpod.events set actor = 'nobody' where tenant = 'acme'",
    );
    await owner.end();
    const bad = await agentpod("verify");
    expect(bad.code).toBe(6);
    expect(bad.stderr).toMatch(/^ERROR conflict: the audit chain is broken: Event \d+ \(seal \d+\) is not as it was/);
  });
});
