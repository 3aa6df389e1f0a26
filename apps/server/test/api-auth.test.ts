import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { attemptLimit } from "../src/auth/attempt-limit.ts";
import { bearerAuthentication } from "../src/auth/bearer-authentication.ts";
import { checkOrigin } from "../src/auth/check-origin.ts";
import { clientAddress } from "../src/auth/client-address.ts";
import { hashToken, newTokenSecret } from "../src/auth/token-secret.ts";
import { grantedPermissions } from "../src/routes/token-routes.ts";
import { type ApiRig, apiRig } from "./api-rig.ts";

let rig: ApiRig;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await rig.admin.tenants.create({ name: "acme" });
});
afterAll(() => rig.close());

const whoami = (authorization: string) => fetch(`${rig.url}/api/v1/whoami`, { headers: { authorization } });

describe("P9 bearer tokens", () => {
  it("are recognisable, unguessable, and stored as a hash alone", async () => {
    const token = await rig.admin.tokens.create({ name: "ci", tenant: "acme", role: "operator", days: 1 });
    expect(token.secret).toMatch(/^ap_[\w-]{43}$/);
    expect(JSON.stringify(await rig.admin.tokens.list())).not.toContain(token.secret);
    const found = await rig.deps.database.asSystem((store) => store.tokens.findByHash(hashToken(token.secret)));
    expect(found?.id).toBe(token.id);
  });

  it("say whom they stand for", async () => {
    const token = await rig.admin.tokens.create({ name: "viewer", tenant: "acme", role: "viewer" });
    const who = await rig.client(token.secret).whoami();
    expect(who).toMatchObject({ actor: `token:${token.id}`, tenants: ["acme"], permissions: roles.viewer });
  });

  it("end when they are revoked, and when their time is over", async () => {
    const token = await rig.admin.tokens.create({ name: "gone", role: "viewer" });
    await rig.admin.tokens.delete(token.id);
    await expect(rig.client(token.secret).whoami()).rejects.toMatchObject({ code: "unauthenticated" });
    const expired = newTokenSecret();
    await rig.deps.database.asSystem((store) =>
      store.tokens.insert({
        name: "old",
        tenantId: null,
        permissions: [],
        secretHash: hashToken(expired),
        expiresAt: new Date(0).toISOString(),
      }),
    );
    await expect(rig.client(expired).whoami()).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it.each(["", "Bearer", "Basic abc", "Bearer a b", "ap_x"])("refuses the header %j", async (authorization) => {
    const response = await whoami(authorization);
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
  });

  it("never give more than their maker has", () => {
    const held = new Set(roles.admin);
    expect(() => grantedPermissions({ role: "platform" }, held)).toThrow(/platform\.reconcile/);
    expect(() => grantedPermissions({ permissions: ["tenant.delete"], tenant: "acme" }, new Set(roles.platform))).toThrow(/tenant\.delete/);
    expect(() => grantedPermissions({}, held)).toThrow(/role or permissions/);
    expect(grantedPermissions({ permissions: ["pod.read"] }, held)).toEqual(["pod.read"]);
  });

  it("of a tenant make none for every tenant", async () => {
    const acme = rig.client(await rig.token("acme", roles.admin));
    await expect(acme.tokens.create({ name: "wide", role: "viewer" })).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("P9 failed logins are limited", () => {
  it("by different secrets per client, for a while, but not for tokens that were good", async () => {
    let now = 0;
    const { database } = rig.deps;
    const limit = attemptLimit(() => new Date(now), { failures: 3, windowSeconds: 60 });
    const login = bearerAuthentication(database, limit);
    const good = await rig.admin.tokens.create({ name: "good", role: "viewer" });
    await login(`Bearer ${good.secret}`, "client");
    for (const guess of ["1", "2", "2", "2", "3"]) {
      await expect(login(`Bearer ap_${guess}`, "client")).rejects.toMatchObject({ code: "unauthenticated" });
    }
    await expect(login("Bearer ap_4", "client")).rejects.toMatchObject({ code: "quota_exceeded", retryAfterSeconds: 60 });
    await expect(login(`Bearer ${good.secret}`, "client")).resolves.toMatchObject({ actor: `token:${good.id}` });
    await expect(login("Bearer ap_4", "another")).rejects.toMatchObject({ code: "unauthenticated" });
    await rig.admin.tokens.delete(good.id);
    await expect(login(`Bearer ${good.secret}`, "client")).rejects.toMatchObject({ code: "unauthenticated" });
    now = 61_000;
    await expect(login("Bearer ap_4", "client")).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("with 429 and Retry-After", async () => {
    const other = await apiRig(inject("serverUrl"));
    try {
      let last = await fetch(`${other.url}/api/v1/whoami`, { headers: { authorization: "Bearer ap_0" } });
      for (let guess = 1; guess <= 20; guess += 1) {
        last = await fetch(`${other.url}/api/v1/whoami`, { headers: { authorization: `Bearer ap_${guess}` } });
      }
      expect(last.status).toBe(429);
      expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });

  it("remembers a bounded number of clients", async () => {
    const limit = attemptLimit(() => new Date(0), { failures: 1, windowSeconds: 60 });
    const guess = (client: string, secret: string) =>
      limit.guard(client, secret, async () => null).catch((error: { code: string }) => error.code);
    for (let client = 0; client <= 10_000; client += 1) await guess(`10.0.${client}`, "wrong");
    expect(await guess("10.0.0", "other")).toBe("unauthenticated");
    expect(await guess("10.0.10000", "other")).toBe("quota_exceeded");
  });
});

describe("P21 where a request came from", () => {
  const incoming = (remoteAddress: string | undefined, client?: string) =>
    ({
      socket: { remoteAddress },
      headers: client === undefined ? {} : { "x-forwarded-for": "6.6.6.6, 10.0.0.1", "x-real-ip": client },
    }) as never;

  it("is the peer on TCP, whatever it claims, and the gateway's word on the private socket", () => {
    expect(clientAddress(incoming("203.0.113.9", "1.2.3.4"))).toBe("203.0.113.9");
    expect(clientAddress(incoming(undefined, "1.2.3.4"))).toBe("1.2.3.4");
    expect(clientAddress(incoming(undefined))).toBe("local");
    expect(clientAddress(incoming(undefined, "<script>"))).toBe("local");
  });

  it("admits a WebSocket from AgentPod's own pages only", () => {
    const url = "https://pods.example.com";
    expect(() => checkOrigin(undefined, "pods.example.com", url)).not.toThrow();
    expect(() => checkOrigin("https://pods.example.com", "pods.example.com", url)).not.toThrow();
    expect(() => checkOrigin("http://localhost:3000", "localhost:3000", url)).not.toThrow();
    for (const origin of ["https://evil.example", "http://web-acme.localhost:3000", "http://pods.example.com", "null"]) {
      expect(() => checkOrigin(origin, "localhost:3000", url)).toThrow(/another site/);
    }
  });
});
