import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { asOwner } from "../src/as-owner.ts";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { shopProject } from "../src/shop-project.ts";

const wait = { timeout: 300_000, interval: 200 };

describe.skipIf(!engineAnswers())("C8 a preview's copy in a container, the server killed in the middle", { timeout: 1_200_000 }, () => {
  let plane: Installation;
  let client: ReturnType<Installation["client"]>;
  let folder: string;
  beforeAll(async () => {
    plane = await makeInstallation("docker");
    await plane.start();
    client = plane.client();
    // The newest that is left is the one whose client programs are of its server's version on this machine.
    // The image of 15 is the one whose client programs are of its server's version on this machine.
    await asOwner(
      plane,
      `alter table agentpod.template_versions disable trigger user;
      alter table agentpod.template_versions no force row level security;
      update agentpod.template_versions set template = replace(template::text, 'postgres:18', 'postgres:15')::jsonb where template::text like '%postgres:18%';
      alter table agentpod.template_versions force row level security`,
    );
    folder = await shopProject({ version: "one" });
    const done = await plane.cli("deploy", folder, "--name", "shop");
    expect([done.code, done.stderr]).toEqual([0, expect.any(String)]);
  }, 900_000);
  afterAll(async () => {
    await client?.close();
    await plane?.destroy();
    if (folder) await rm(folder, { recursive: true, force: true });
  }, 600_000);
  const sql = async (pod: string, text: string) => {
    const done = await plane.cli("db", "shell", `main/${pod}`, "--", "-At", "-c", text);
    expect([done.code, done.stderr]).toEqual([0, ""]);
    return done.stdout.trim();
  };

  it("begins the copy anew, and ends with all of it", async () => {
    await sql("shop", "create table visits as select repeat(md5(i::text), 20) as page from generate_series(1, 300000) i");
    const begun = await plane.json<{ operation: { id: string } }>(
      ...["deploy", folder, "--name", "shop", "--preview", "copied", "--database", "copy", "--no-wait"],
    );
    const step = async () => (await client.operations.get(begun.operation.id)).steps.find(({ name }) => name === "copy-database");
    await vi.waitFor(async () => expect((await step())?.state).toBe("running"), { timeout: 300_000, interval: 20 });
    plane.kill("server");
    await vi.waitFor(async () => expect((await client.operations.get(begun.operation.id)).state).toBe("succeeded"), wait);
    expect(await sql("shop-copied", "select count(*) from visits")).toBe("300000");
    expect(await sql("shop-copied", "select count(*) from pg_database where datname like 'agentpod%'")).toBe("0");
    expect(await sql("shop", "select count(*) from visits")).toBe("300000");
    expect(await plane.get("shop-copied-main.localhost")).toEqual({ status: 200, body: "one" });
  });
});
