import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Answer, type ApiRig, apiRig, request, webSpec } from "./api-rig.ts";

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

const ask = (token: string, method: string, path: string, body?: unknown): Promise<Answer> => request(rig, token, method, path, body);
const add = (name: unknown, token = acme, tenant = "acme") => ask(token, "POST", `/tenants/${tenant}/domains`, { name });
const verify = (name: string, body: unknown = {}, token = acme, tenant = "acme") =>
  ask(token, "POST", `/tenants/${tenant}/domains/${encodeURIComponent(name)}/verify`, body);
const get = (name: string) => ask(acme, "GET", `/tenants/acme/domains/${encodeURIComponent(name)}`);
const remove = (name: string) => ask(acme, "DELETE", `/tenants/acme/domains/${encodeURIComponent(name)}`);
const eventsOf = async (name: string) =>
  (await rig.deps.database.asSystem((store) => store.events.latest({ tenant: "acme" }, 500)))
    .filter((event) => event.data.domain === name)
    .map((event) => `${event.type} ${event.result}`)
    .reverse();

describe("W4 domains over the API", () => {
  it("the answer says what to publish and where to point, and the way from pending to gone is in the event log", async () => {
    const added = await add("shop.example.org");
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      tenant: "acme",
      name: "shop.example.org",
      unicode: "shop.example.org",
      state: "pending",
      method: null,
      publish: {
        txt: { name: "_agentpod.shop.example.org", value: expect.stringMatching(/^agentpod-domain=[0-9a-f]{32}$/) },
        http: { url: expect.stringMatching(/^http:\/\/shop\.example\.org\/\.well-known\/agentpod-domain\/[0-9a-f]{32}$/) },
      },
      address: {
        text: "point shop.example.org to 192.0.2.1",
        records: [{ type: "A", name: "shop.example.org", value: "192.0.2.1" }],
        pointsHere: false,
      },
    });
    expect((await get("shop.example.org")).body).toEqual(added.body);
    const refused = await verify("shop.example.org");
    expect(refused).toMatchObject({ status: 200, body: { state: "pending", message: "nothing is published for shop.example.org" } });
    expect(refused.body.checkedAt).not.toBeNull();
    rig.published.set("shop.example.org", "http");
    expect((await verify("shop.example.org", { method: "dns" })).body).toMatchObject({
      state: "pending",
      message: expect.stringContaining("publish the TXT record"),
    });
    expect((await verify("shop.example.org")).body).toMatchObject({ state: "verified", method: "http", message: "" });
    expect((await remove("shop.example.org")).status).toBe(204);
    expect((await get("shop.example.org")).status).toBe(404);
    expect(await eventsOf("shop.example.org")).toEqual([
      "domain.added ok",
      "domain.refused refused",
      "domain.refused refused",
      "domain.verified ok",
      "domain.removed ok",
    ]);
  });

  it("what DNS has shown is not narrowed by HTTP, and a verified one stays so when nothing is found", async () => {
    await add("wide.example.org");
    rig.published.set("wide.example.org", "dns");
    expect((await verify("wide.example.org")).body.method).toBe("dns");
    rig.published.set("wide.example.org", "http");
    expect((await verify("wide.example.org")).body).toMatchObject({ state: "verified", method: "dns" });
    rig.published.delete("wide.example.org");
    expect((await verify("wide.example.org")).body).toMatchObject({
      state: "verified",
      method: "dns",
      message: expect.stringContaining("nothing"),
    });
  });

  it("names of any script come in, and are shown as punycode and as they are written", async () => {
    const added = await add("Bücher.例え.jp");
    expect(added).toMatchObject({ status: 201, body: { name: "xn--bcher-kva.xn--r8jz45g.jp", unicode: "bücher.例え.jp" } });
    expect((await get("bücher.例え.jp")).body.id).toBe(added.body.id);
    expect((await get("xn--bcher-kva.xn--r8jz45g.jp")).body.id).toBe(added.body.id);
    expect((await add("BÜCHER.例え.jp.")).status).toBe(409);
    expect((await ask(acme, "GET", "/tenants/acme/domains")).body.map((one: { name: string }) => one.name)).toContain(added.body.name);
  });

  it("only the installation's admin trusts without a proof", async () => {
    await add("trusted.example.org");
    expect((await verify("trusted.example.org", { method: "trusted" })).status).toBe(403);
    const some = await rig.token("acme", [...roles.admin, "platform.gateway"]);
    expect((await verify("trusted.example.org", { method: "trusted" }, some)).status).toBe(403);
    const operator = await rig.token(null, roles.admin);
    expect((await verify("trusted.example.org", { method: "trusted" }, operator)).status).toBe(403);
    expect((await get("trusted.example.org")).body.state).toBe("pending");
    expect((await verify("trusted.example.org", { method: "trusted" }, rig.adminToken)).body).toMatchObject({
      state: "verified",
      method: "trusted",
    });
  });

  it("one with routed hosts is not removed; the answer names a host", async () => {
    rig.published.set("used.example.org", "dns");
    await add("used.example.org");
    await verify("used.example.org");
    const spec = { ...webSpec(), routes: [{ unit: "app", port: "http", hosts: ["www.used.example.org"] }] };
    await rig.client(acme).pods.create("acme", { name: "used", spec });
    const refused = await remove("used.example.org");
    expect(refused).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining("www.used.example.org") } } });
  });
});

describe("W4 what is no domain of one's own is refused", () => {
  it.each([
    ["a wildcard", "*.example.org", "name"],
    ["a bare name", "shop", "name"],
    ["an address", "192.0.2.7", "name"],
    ["an address in disguise", "0x7f.1", "name"],
    ["IPv6", "[::1]", "name"],
    ["a URL", "https://example.org", "name"],
    ["a port", "example.org:80", "name"],
    ["a path", "example.org/a", "name"],
    ["a space", "exa mple.org", "name"],
    ["a line break", "example.org\nx", "name"],
    ["an empty label", "a..example.org", "name"],
    ["a label too long", `${"a".repeat(64)}.org`, "name"],
    ["a name too long", `${"a.".repeat(130)}org`, "name"],
    ["nothing", "", "name"],
    ["a number", 7, "name"],
    ["a base domain", "localhost", "name"],
    ["a name below a base domain", "web-acme.localhost", "name"],
  ])("%s", async (_what, name, path) => {
    const { status, body } = await add(name);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: "invalid", issues: [{ path, expected: expect.stringMatching(/domain|text/) }] });
  });

  it.each([
    ["the same", "bolts.example.net"],
    ["below it", "shop.bolts.example.net"],
    ["above it", "example.net"],
    ["in capitals", "BOLTS.Example.Net"],
  ])("another tenant's domain: %s", async (_what, name) => {
    if ((await ask(bolts, "GET", "/tenants/bolts/domains/bolts.example.net")).status === 404) {
      rig.published.set("bolts.example.net", "dns");
      await add("bolts.example.net", bolts, "bolts");
      await verify("bolts.example.net", {}, bolts, "bolts");
    }
    const { status, text } = await add(name);
    expect(status).toBe(409);
    expect(text).not.toContain('"bolts"');
  });

  it("one that another tenant verified meanwhile is not verified here", async () => {
    rig.published.set("race.example.net", "dns");
    await add("race.example.net");
    await add("race.example.net", bolts, "bolts");
    expect((await verify("race.example.net", {}, bolts, "bolts")).body.state).toBe("verified");
    expect((await verify("race.example.net")).status).toBe(409);
    expect((await get("race.example.net")).body.state).toBe("pending");
  });

  it.each([
    ["a method that is none", { method: "magic" }, "method"],
    ["a key that is none", { methood: "dns" }, "methood"],
  ])("verify with %s", async (_what, body, path) => {
    expect(await verify("wide.example.org", body)).toMatchObject({ status: 400, body: { error: { issues: [{ path }] } } });
  });
});

describe("W4 hosts of a spec", () => {
  const create = (hosts: unknown[], name = "hosts") =>
    ask(acme, "POST", "/tenants/acme/pods", { name, spec: { ...webSpec(), routes: [{ unit: "app", port: "http", hosts }] } });

  it.each([
    ["of no domain", "free.example.com", "agentpod domain add acme free.example.com"],
    ["of a pending domain", "www.pending.example.com", "a verified domain"],
    ["a wildcard of no domain", "*.free.example.com", "agentpod domain add acme free.example.com"],
    ["another tenant's", "www.bolts.example.net", "a verified domain"],
    ["a host beside one that was shown by HTTP alone", "www.single.example.com", "a verified domain"],
    ["a wildcard of one that was shown by HTTP alone", "*.single.example.com", "a verified domain"],
    ["that only ends like one", "notwide.example.org", "a verified domain"],
    ["a base domain", "*.localhost", "another host"],
    ["another tenant's below a base domain", "web-bolts.localhost", "-acme.localhost"],
    ["a wildcard in the middle", "a.*.wide.example.org", "a host name"],
    ["a port", "wide.example.org:80", "a host name"],
  ])("%s is refused", async (_what, host, expected) => {
    if ((await get("single.example.com")).status === 404) {
      await add("pending.example.com");
      rig.published.set("single.example.com", "http");
      await add("single.example.com");
      await verify("single.example.com");
    }
    const { status, body } = await create([host]);
    expect(status).toBe(400);
    expect(body.error.issues).toEqual([{ path: "spec.routes[0].hosts[0]", expected: expect.stringContaining(expected) }]);
  });

  it("of a verified domain are taken, wildcards too, and stored as punycode", async () => {
    const { status, body } = await create(["WIDE.example.org", "bücher.wide.example.org", "*.wide.example.org"], "wide");
    expect(status).toBe(202);
    expect(body.spec.routes[0].hosts).toEqual(["wide.example.org", "xn--bcher-kva.wide.example.org", "*.wide.example.org"]);
    expect(body.addresses.join()).not.toContain("*");
  });
});
