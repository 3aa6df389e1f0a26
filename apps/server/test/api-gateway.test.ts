import { roles } from "@agentpod/core/permission";
import type { Gateway } from "@agentpod/core/route-table";
import { freePort } from "@agentpod/host/free-port";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { applyNewestTable } from "../src/reconciler/apply-newest-table.ts";
import { gatewayInUse } from "../src/setup/gateway-in-use.ts";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await rig.admin.tenants.create({ name: "acme" });
  await rig.admin.pods.create("acme", { name: "web", spec: webSpec() });
});
afterAll(() => rig.close());

const asTraefik = async (token: string | null) => {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${rig.url}/api/v1/gateway/traefik`, { headers });
  return { status: response.status, body: (await response.json()) as { http?: { routers: Record<string, { rule: string }> } } };
};

const anotherPlane = () => {
  const { database, gateway, clock } = rig.deps;
  const inner = { socket: "/nowhere", url: "http://127.0.0.1:3000" };
  return gatewayInUse({ database, embedded: gateway, inner, ownHosts: [], publicUrl: "http://localhost:3000", clock });
};
/** As a control plane that starts anew finds it. */
const afterRestart = async () => (await (await anotherPlane()).view()).inUse.kind;

describe("P7 which gateway is in use", () => {
  it("the embedded one at first", async () => {
    expect(await rig.admin.gateway.view()).toMatchObject({ inUse: { kind: "embedded" }, prepared: null, isServing: true });
  });

  it("a Caddy that is not there is refused, and the old one stays in force", async () => {
    const admin = `http://127.0.0.1:${await freePort()}`;
    await expect(rig.admin.gateway.use({ kind: "caddy", admin })).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("Start Caddy"),
    });
    expect([(await rig.admin.gateway.view()).inUse.kind, await afterRestart()]).toEqual(["embedded", "embedded"]);
  });

  it("a newer table that another control plane puts between is given instead", async () => {
    const { database, gateway } = rig.deps;
    const [route] = (await database.asSystem((store) => store.routes.table())).routes;
    const given: number[] = [];
    const slow: Gateway = {
      ...gateway,
      async apply(table) {
        given.push(table.version);
        if (given.length === 1) {
          const target = { state: "sleeping" as const, message: "asleep", upstreams: [] };
          await database.asSystem((store) => store.routes.set(route?.id as string, target));
          await gateway.apply(await database.asSystem((store) => store.routes.table()));
        }
        await gateway.apply(table);
      },
    };
    const { version } = await applyNewestTable(database, slow);
    expect(given).toEqual([version - 1, version]);
    expect((await gateway.observe()).servedVersion).toBe(version);
  });

  it("addresses of other machines and options of another gateway are refused by path", async () => {
    for (const wrong of [{ kind: "caddy", admin: "http://10.0.0.1:2019" }, { kind: "embedded", http: ":80" }, { kind: "nginx" }])
      await expect(rig.admin.gateway.use(wrong as never)).rejects.toMatchObject({ code: "invalid" });
  });

  it("it is the platform's to choose", async () => {
    const client = rig.client(await rig.token("acme", roles.admin));
    await expect(client.gateway.use({ kind: "embedded" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(client.gateway.view()).rejects.toMatchObject({ code: "forbidden" });
  });

  it("Traefik comes into use when it asks with its own token, which is told once; any other gets nothing", async () => {
    const beside = await anotherPlane();
    const used = await rig.admin.gateway.use({ kind: "traefik" });
    expect(used).toMatchObject({
      inUse: { kind: "embedded" },
      prepared: { kind: "traefik" },
      endpoint: { url: expect.stringContaining("/gateway/traefik") },
    });
    const token = used.endpoint?.token ?? "";
    for (const wrong of [null, "", `${token}x`, token.slice(0, -1), rig.adminToken]) expect((await asTraefik(wrong)).status).toBe(401);
    expect((await rig.admin.gateway.view()).inUse.kind).toBe("embedded");

    const answer = await asTraefik(token);
    expect(answer.status).toBe(200);
    expect(answer.body.http?.routers["agentpod-web-acme.localhost"]?.rule).toBe("Host(`web-acme.localhost`)");
    expect(await rig.admin.gateway.view()).toMatchObject({ inUse: { kind: "traefik" }, prepared: null, isServing: true });
    expect(await afterRestart()).toBe("traefik");
    await beside.gateway.apply(await rig.deps.database.asSystem((store) => store.routes.table()));
    expect(beside.gateway.kind).toBe("traefik");
    expect(JSON.stringify(await rig.deps.database.asSystem((store) => store.settings.find("gateway")))).not.toContain(token);
    const events = await rig.admin.events.list({});
    expect(JSON.stringify(events)).not.toContain(token);
    expect(events.find((event) => event.type === "gateway.used")).toMatchObject({ data: { kind: "traefik" } });

    await rig.admin.gateway.use({ kind: "embedded" });
    expect((await asTraefik(token)).status).toBe(401);
  });
});
