import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type DumpedShop, dumpedShop } from "../src/dumped-shop.ts";
import { engineAnswers } from "../src/engine.ts";
import type { Installation } from "../src/installation.ts";

const wait = { timeout: 300_000, interval: 200 };

describe.skipIf(!engineAnswers())("C8 a preview's copy in a container, the server killed in the middle", { timeout: 1_200_000 }, () => {
  let shop: DumpedShop;
  let plane: Installation;
  let client: DumpedShop["client"];
  beforeAll(async () => {
    shop = await dumpedShop();
    ({ plane, client } = shop);
  }, 900_000);
  afterAll(() => shop?.destroy(), 600_000);

  it("begins the copy anew, and ends with all of it", async () => {
    await shop.sql("create table visits as select repeat(md5(i::text), 20) as page from generate_series(1, 300000) i");
    const begun = await plane.json<{ operation: { id: string } }>(
      ...["deploy", shop.folder, "--name", "shop", "--preview", "copied", "--database", "copy", "--no-wait"],
    );
    const step = async () => (await client.operations.get(begun.operation.id)).steps.find(({ name }) => name === "copy-database");
    await vi.waitFor(async () => expect((await step())?.state).toBe("running"), { timeout: 300_000, interval: 20 });
    plane.kill("server");
    await vi.waitFor(async () => expect((await client.operations.get(begun.operation.id)).state).toBe("succeeded"), wait);
    expect(await shop.sql("select count(*) from visits", "shop-copied")).toBe("300000");
    expect(await shop.sql("select count(*) from pg_database where datname like 'agentpod%'", "shop-copied")).toBe("0");
    expect(await shop.sql("select count(*) from visits")).toBe("300000");
    expect(await plane.get("shop-copied-main.localhost")).toEqual({ status: 200, body: "one" });
  });
});
