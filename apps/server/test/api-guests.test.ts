import { templateSpec } from "@agentpod/core/template";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type ApiRig, apiRig, webSpec } from "./api-rig.ts";
import { ask, bearer } from "./login-rig.ts";

let rig: ApiRig;
let admin: Record<string, string>;
beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  admin = bearer(rig.adminToken);
  await rig.admin.tenants.create({ name: "demo", quota: { pods: 3 } });
  await rig.admin.tenants.create({ name: "acme" });
  for (const name of ["public", "internal"])
    await rig.admin.templates.apply(
      templateSpec.parse({
        apiVersion: "agentpod/v1",
        kind: "Template",
        name,
        title: { en: name, zh: name },
        description: { en: name, zh: name },
        spec: webSpec(),
      }),
    );
});
afterAll(() => rig.close());

const allow = (guests: object | null) => ask(rig, "PUT", "/settings/access", { headers: admin, body: { guests } });
const policy = { tenant: "demo", templates: ["public"], ttlSeconds: 600, perHour: 2 };
const deploy = (template: string, headers: Record<string, string> = {}) => ask(rig, "POST", "/guest/pods", { body: { template }, headers });

describe("P9 guests", () => {
  it("may nothing until somebody allows it, and then in a tenant with a quota alone", async () => {
    expect((await deploy("public")).status).toBe(403);
    expect((await ask(rig, "GET", "/guest/templates")).status).toBe(403);
    expect(await allow({ ...policy, tenant: "acme" })).toMatchObject({ status: 400 });
    expect(await allow({ ...policy, templates: ["missing"] })).toMatchObject({ status: 404 });
    expect(await rig.admin.pods.list()).toEqual([]);
  });

  it("deploy named templates, which end by themselves, and see of it what they need", async () => {
    expect((await allow(policy)).status).toBe(200);
    expect((await ask(rig, "GET", "/login")).body.guests).toBe(true);
    expect((await ask(rig, "GET", "/guest/templates")).body.map((one: { name: string }) => one.name)).toEqual(["public"]);
    expect((await deploy("internal")).status).toBe(403);
    expect((await deploy("public", { origin: "https://evil.example" })).status).toBe(403);
    const { status, body } = await deploy("public");
    expect(status).toBe(202);
    expect(body.name).toMatch(/^guest-[a-z2-9]{14}$/);
    const pod = await rig.admin.pods.get("demo", body.name);
    expect(pod.spec.ttlSeconds).toBe(600);
    expect(Date.parse(body.endsAt) - Date.parse(pod.createdAt)).toBe(600_000);
    const seen = await ask(rig, "GET", `/guest/pods/${body.name}`);
    expect(Object.keys(seen.body).toSorted()).toEqual(["addresses", "endsAt", "health", "message", "name", "phase", "template"]);
    const [event] = await rig.admin.events.list({ tenant: "demo", pod: body.name });
    expect(event).toMatchObject({ actor: expect.any(String) });
    const made = (await rig.admin.events.list({ tenant: "demo" })).find((one) => one.type === "pod.created");
    expect(made).toMatchObject({ actor: "guest", source: "127.0.0.1" });
  });

  it("see no other pod of that tenant, nor any elsewhere", async () => {
    await rig.admin.pods.create("demo", { name: "members", spec: webSpec() });
    await rig.admin.pods.create("acme", { name: "guest-acme", spec: webSpec() });
    for (const name of ["members", "guest-acme"]) expect((await ask(rig, "GET", `/guest/pods/${name}`)).status).toBe(404);
  });

  it("are held by address, and by the tenant's quota", async () => {
    expect((await deploy("public")).status).toBe(202);
    const held = await deploy("public");
    expect(held.status).toBe(429);
    expect(Number(held.headers.get("retry-after"))).toBeGreaterThan(3000);
    await allow({ ...policy, perHour: 100 });
    const full = await deploy("public");
    expect(full).toMatchObject({ status: 429, body: { error: { code: "quota_exceeded", message: expect.stringContaining("demo") } } });
    await allow(null);
    expect((await deploy("public")).status).toBe(403);
  });
});
