import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { request } from "./api-rig.ts";
import { type DeploymentRig, deploymentRig } from "./deployment-rig.ts";

const wait = { timeout: 120_000, interval: 50 };
/** What tells what happened stays, and names of what is gone in it. */
const history = ["events", "event_archives", "event_seals", "operations", "operation_steps", "operation_pods", "tombstones", "alerts"];
const secret = "sk-live-1234567890";

let rig: DeploymentRig;
beforeAll(async () => {
  rig = await deploymentRig(inject("serverUrl"));
}, 240_000);
afterAll(() => rig?.close());

const installation = () => rig.api.deps.database.asSystem((store) => store.settings.installation());
const contents = async () => rig.api.machine.contents(await installation());
const files = () => readdirSync(dirname(rig.api.sourcesFolder)).filter((name) => name.endsWith(".tar"));
const destroyed = async (name: string) => {
  const { body } = await rig.call("DELETE", `/deployments/${name}`);
  expect(await rig.operation(body.id)).toBe("succeeded");
};

/** Rows of any table in which one of these texts stands, but for what tells what happened. */
async function rowsWith(texts: readonly string[]): Promise<string[]> {
  const tables = await rig.api.asSystem(
    "select tablename as name from pg_tables where schemaname = 'agentpod' and has_table_privilege(quote_ident(schemaname) || '.' || quote_ident(tablename), 'select')",
  );
  const found: string[] = [];
  for (const name of tables.map((table) => String(table.name)).filter((table) => !history.includes(table))) {
    const rows = await rig.api.asSystem(`select t::text as row from agentpod.${name} t`);
    for (const { row } of rows) for (const text of texts) if (String(row).includes(text)) found.push(`${name}: ${text}`);
  }
  return found;
}

describe("C8 P20 an application that is destroyed", { timeout: 400_000 }, () => {
  it("leaves no unit, network, volume, image, process, route, number, secret, source or log, and no row but what tells what happened", async () => {
    const before = { files: files(), contents: await contents() };
    const settings = { needs: ["postgres"] };
    await rig.succeeds("/deployments/shop", { source: await rig.source("one"), settings, environment: { STRIPE_KEY: secret } });
    await rig.succeeds("/deployments/shop", { source: await rig.source("two"), environment: { STRIPE_KEY: `${secret}-2` } });
    await rig.ended("/deployments/shop", { source: await rig.source("three", { how: "starts and ends" }) });
    const image = { Dockerfile: "FROM node:24\nEXPOSE 3000\nCMD node .\n", page: "an image", "other/Dockerfile": "FROM x\n" };
    await rig.succeeds("/deployments/boxed", { source: await rig.files(image) });
    const hook = await rig.call("POST", "/deployments/shop/hooks", { kind: "generic", url: "https://git.example.com/team/shop.git" });
    expect(hook.status, hook.text).toBe(201);
    const [shop, boxed] = [await rig.pod("shop"), await rig.pod("boxed")];
    const { buildPodId } = await rig.api.deps.database.asSystem((store) => store.deployments.getNumber("acme", "shop", 2));
    const records = await rig.api.deps.database.asSystem((store) => store.deployments.list({ tenant: "acme" }, 100));
    const pods = [shop.id, boxed.id, buildPodId ?? "none"];
    const digests = records.flatMap(({ source, artifact }) => [source, artifact ?? source]);
    const logs = () => pods.filter((pod) => existsSync(join(rig.api.logFolder, pod)));

    // All that is to go is there, or its absence would say nothing.
    const there = (await contents()).map((line) => line.split(" ")[0]);
    expect(new Set(there)).toEqual(new Set(["pod", "unit", "volume", "image"]));
    expect((await rowsWith([...pods, ...digests])).map((line) => line.split(":")[0])).toEqual(
      expect.arrayContaining(["pods", "pod_revisions", "secrets", "routes", "allocations", "deployments", "artifacts"]),
    );
    expect(files().length).toBeGreaterThan(before.files.length + 4);
    await vi.waitFor(() => expect(logs().length).toBeGreaterThan(1), wait);
    const gateway = async () =>
      (await rig.api.deps.database.asSystem((store) => store.routes.table())).routes.flatMap(({ hosts }) => hosts);
    expect(await gateway()).toEqual(expect.arrayContaining(["shop-acme.localhost", "boxed-acme.localhost"]));

    await destroyed("shop");
    await destroyed("boxed");
    expect(await rig.podNames()).toEqual([]);
    expect(await contents()).toEqual(before.contents);
    expect(await gateway()).toEqual([]);
    expect(files()).toEqual(before.files);
    expect(await rowsWith([...pods, ...digests, '"shop"', '"boxed"'])).toEqual([]);
    await rig.api.logs.sweep();
    expect(logs()).toEqual([]);
    const everything = JSON.stringify(await rig.api.admin.events.list({ tenant: "acme", limit: 500 })) + JSON.stringify(rig.api.logged);
    expect(everything).not.toContain(secret);
  });

  it("takes no source that another one runs, another tenant has, or somebody gave anew since", async () => {
    const both = await rig.source("both");
    await rig.succeeds("/deployments/first", { source: both });
    await rig.succeeds("/deployments/second", { source: both });
    await destroyed("first");
    await rig.succeeds("/deployments/second/redeploy", { environment: { STAGE: "new" } });
    expect((await rig.page("second"))?.page).toBe("both");

    await rig.api.admin.tenants.create({ name: "bolts" });
    const bolts = await rig.api.deps.database.asSystem((store) => store.tenants.get("bolts"));
    await rig.api.deps.database.asSystem((store) => store.artifacts.insert({ digest: both, bytes: 1, tenant: bolts.id }));
    await rig.api.asSystem("update agentpod.artifacts set given_at = now() - interval '1 hour'");
    await destroyed("second");
    const allowed = (tenant: string) => rig.api.deps.database.asSystem((store) => store.artifacts.allowed(both, tenant));
    const acme = await rig.api.deps.database.asSystem((store) => store.tenants.get("acme"));
    expect([await allowed(bolts.id), await allowed(acme.id)]).toEqual([true, false]);
    expect(files().map((name) => `sha256:${name.slice(0, 64)}`)).toContain(both);

    const again = await rig.source("again");
    await rig.succeeds("/deployments/third", { source: again });
    await rig.source("again");
    await destroyed("third");
    await rig.succeeds("/deployments/third", { source: again });
    const refused = await request(rig.api, rig.api.adminToken, "POST", "/tenants/acme/deployments/fourth", { source: both });
    expect([refused.status, refused.body.error.message]).toEqual([404, expect.stringContaining("upload it first")]);
  });
});
