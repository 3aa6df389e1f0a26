import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { asOwner } from "../src/as-owner.ts";
import { engineAnswers } from "../src/engine.ts";
import { type Installation, makeInstallation } from "../src/installation.ts";
import { shopProject } from "../src/shop-project.ts";

const wait = { timeout: 300_000, interval: 200 };

describe.skipIf(!engineAnswers())("A16 C8 P14 a kept dump in a container, the server killed in the middle", { timeout: 1_200_000 }, () => {
  let plane: Installation;
  let client: ReturnType<Installation["client"]>;
  let folder: string;
  beforeAll(async () => {
    plane = await makeInstallation("docker");
    await plane.start();
    client = plane.client();
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
  const sql = async (text: string) => {
    const done = await plane.cli("db", "shell", "main/shop", "--", "-At", "-c", text);
    expect([done.code, done.stderr]).toEqual([0, ""]);
    return done.stdout.trim();
  };

  it.each(["dump", "check"])("is whole although its step %s was interrupted, and leaves no database beside its own", async (step) => {
    await sql(
      `set client_min_messages to warning; drop table if exists visits;
      create table visits as select repeat(md5(i::text), 20) as page from generate_series(1, 300000) i`,
    );
    const begun = await plane.json<{ dump: string; operation: string }>("db", "dumps", "create", "main/shop", "--no-wait");
    const state = async () => (await client.operations.get(begun.operation)).steps.find(({ name }) => name === step)?.state;
    await vi.waitFor(async () => expect(await state()).toBe("running"), { timeout: 300_000, interval: 20 });
    plane.kill("server");
    await vi.waitFor(async () => expect((await client.operations.get(begun.operation)).state).toBe("succeeded"), wait);
    expect(await client.databases.dump("main", begun.dump)).toMatchObject({ state: "ready", check: { isPassed: true } });
    expect(await sql("select count(*) from pg_database where datname like 'agentpod%'")).toBe("0");
    await sql("delete from visits");
    const restored = await plane.cli("db", "dumps", "restore", "main/shop", "--confirm", "main/shop");
    expect([restored.code, restored.stderr]).toEqual([0, expect.any(String)]);
    expect(await sql("select count(*) from visits")).toBe("300000");
    expect(await sql("select count(*) from pg_database where datname like 'agentpod%'")).toBe("0");
  });
});
