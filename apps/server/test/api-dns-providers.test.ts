import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type Answer, type ApiRig, apiRig, request } from "./api-rig.ts";

let rig: ApiRig;
let acme: string;
let bolts: string;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  for (const name of ["acme", "bolts"]) await rig.admin.tenants.create({ name });
  acme = await rig.token("acme", roles.admin);
  bolts = await rig.token("bolts", roles.admin);
});
afterAll(() => rig.close());
beforeEach(() => void rig.tried.splice(0));

const ask = (method: string, path = "", body?: unknown, token = acme): Promise<Answer> =>
  request(rig, token, method, `/tenants/acme/dns-providers${path}`, body);
const provider = (change: object = {}) => ({
  name: "main",
  kind: "cloudflare",
  zones: ["Example.com", "bücher.example"],
  credentials: { apiToken: "needle-of-a-token" },
  ...change,
});

describe("P7 DNS providers over the API", () => {
  it("are tried before they are stored, and never show their credentials", async () => {
    const added = await ask("POST", "", provider());
    expect(added).toMatchObject({
      status: 201,
      body: { tenant: "acme", name: "main", kind: "cloudflare", zones: ["example.com", "xn--bcher-kva.example"] },
    });
    expect(rig.tried).toEqual([
      { kind: "cloudflare", credentials: { apiToken: "needle-of-a-token" }, zones: ["example.com", "xn--bcher-kva.example"] },
    ]);
    const list = await ask("GET");
    expect(list.body).toEqual([added.body]);
    expect((await ask("POST", "", provider())).status).toBe(409);
    expect(await rig.deps.database.asSystem((store) => store.dnsProviders.reveal(added.body.id))).toEqual({
      apiToken: "needle-of-a-token",
    });
    expect((await ask("DELETE", "/main")).status).toBe(204);
    expect((await ask("DELETE", "/main")).status).toBe(404);
    const events = await rig.deps.database.asSystem((store) => store.events.latest({ tenant: "acme" }, 100));
    expect(events.map((event) => event.type)).toEqual(expect.arrayContaining(["dns_provider.added", "dns_provider.removed"]));
    for (const text of [added.text, list.text, JSON.stringify(events), JSON.stringify(rig.logged)]) expect(text).not.toContain("needle");
  });

  it("credentials that the service refuses are not stored", async () => {
    const refused = await ask("POST", "", provider({ name: "refused", credentials: { apiToken: "wrong" } }));
    expect(refused).toMatchObject({ status: 400, body: { error: { message: "the service refuses these credentials" } } });
    expect((await ask("GET")).body).toEqual([]);
  });

  it.each([
    ["a kind that is none", { kind: "cloudfare" }, "kind"],
    ["no zones", { zones: [] }, "zones"],
    ["a wildcard zone", { zones: ["*.example.com"] }, "zones[0]"],
    ["a zone that is an address", { zones: ["10.0.0.1"] }, "zones[0]"],
    ["credentials that are a text", { credentials: "token" }, "credentials"],
    ["a credential that is a number", { credentials: { apiToken: 7 } }, "credentials.apiToken"],
    ["a name with a slash", { name: "a/b" }, "name"],
    ["a key that is none", { credential: {} }, "credential"],
  ])("%s is refused before anything is tried", async (_what, change, path) => {
    expect(await ask("POST", "", provider(change))).toMatchObject({ status: 400, body: { error: { issues: [{ path }] } } });
    expect(rig.tried).toEqual([]);
  });

  it("nobody has credentials tried for a tenant that is not theirs", async () => {
    expect((await ask("POST", "", provider(), bolts)).status).toBe(404);
    expect((await request(rig, rig.adminToken, "POST", "/tenants/nobody/dns-providers", provider())).status).toBe(404);
    expect((await request(rig, acme, "POST", "/dns-providers", provider())).status).toBe(403);
    expect(rig.tried).toEqual([]);
  });

  it("the installation's own are the admin's, beside tenants' of the same name", async () => {
    const admin = (method: string, path = "", body?: unknown) => request(rig, rig.adminToken, method, `/dns-providers${path}`, body);
    const own = await admin("POST", "", provider());
    expect(own).toMatchObject({ status: 201, body: { tenant: null, name: "main" } });
    const tenants = await ask("POST", "", provider());
    expect((await admin("GET")).body).toEqual([own.body]);
    expect((await ask("GET")).body).toEqual([tenants.body]);
    expect((await admin("DELETE", "/main")).status).toBe(204);
    expect((await ask("GET")).body).toEqual([tenants.body]);
    expect((await admin("DELETE", "/main")).status).toBe(404);
  });
});
