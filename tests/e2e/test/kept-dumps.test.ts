import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type DumpedShop, dumpedShop } from "../src/dumped-shop.ts";
import { engineAnswers } from "../src/engine.ts";
import type { Installation } from "../src/installation.ts";

const wait = { timeout: 300_000, interval: 200 };

describe.skipIf(!engineAnswers())("A16 C8 P14 a kept dump in a container, the server killed in the middle", { timeout: 1_200_000 }, () => {
  let shop: DumpedShop;
  let plane: Installation;
  let client: DumpedShop["client"];
  beforeAll(async () => {
    shop = await dumpedShop();
    ({ plane, client } = shop);
  }, 900_000);
  afterAll(() => shop?.destroy(), 600_000);

  it.each(["dump", "check"])("is whole although its step %s was interrupted, and leaves no database beside its own", async (step) => {
    await shop.sql(
      `set client_min_messages to warning; drop table if exists visits;
      create table visits as select repeat(md5(i::text), 20) as page from generate_series(1, 300000) i`,
    );
    const begun = await plane.json<{ dump: string; operation: string }>("db", "dumps", "create", "main/shop", "--no-wait");
    const state = async () => (await client.operations.get(begun.operation)).steps.find(({ name }) => name === step)?.state;
    await vi.waitFor(async () => expect(await state()).toBe("running"), { timeout: 300_000, interval: 20 });
    plane.kill("server");
    await vi.waitFor(async () => expect((await client.operations.get(begun.operation)).state).toBe("succeeded"), wait);
    expect(await client.databases.dump("main", begun.dump)).toMatchObject({ state: "ready", check: { isPassed: true } });
    expect(await shop.sql("select count(*) from pg_database where datname like 'agentpod%'")).toBe("0");
    await shop.sql("delete from visits");
    const restored = await plane.cli("db", "dumps", "restore", "main/shop", "--confirm", "main/shop");
    expect([restored.code, restored.stderr]).toEqual([0, expect.any(String)]);
    expect(await shop.sql("select count(*) from visits")).toBe("300000");
    expect(await shop.sql("select count(*) from pg_database where datname like 'agentpod%'")).toBe("0");
  });
});
