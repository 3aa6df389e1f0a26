import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import WebSocket from "ws";
import { apiBase } from "../src/app.ts";
import { docsPaths } from "../src/openapi/add-docs.ts";
import { apiRoutes } from "../src/routes/api-routes.ts";
import { honoPath } from "../src/routes/register-route.ts";
import type { Route } from "../src/routes/route.ts";
import { type ApiRig, apiRig, request, webSpec } from "./api-rig.ts";
import { issueCertificate } from "./issue-certificate.ts";

/**
 * How each route is asked by another tenant, and what it must say. A route that is not listed fails the test: whoever
 * adds one says here what a stranger gets. `hidden`: as if it were not there. `own`: an answer without a trace of acme.
 * `platform`: refused to any tenant. `closed`: refused to every token but one of its own.
 */
const stranger: Record<string, "hidden" | "own" | "platform" | "closed"> = {
  health: "own",
  doctor: "platform",
  reconcile: "platform",
  gatewayAccessLog: "platform",
  getGateway: "platform",
  useGateway: "platform",
  traefikConfiguration: "closed",
  createTenant: "platform",
  listTenants: "own",
  getTenantStatus: "hidden",
  deleteTenant: "platform",
  listTemplates: "own",
  getTemplate: "hidden",
  applyTemplate: "hidden",
  uploadArtifact: "hidden",
  createPod: "hidden",
  listPods: "hidden",
  getPod: "hidden",
  updatePod: "hidden",
  deletePod: "hidden",
  listRevisions: "hidden",
  rollBackPod: "hidden",
  startPod: "hidden",
  stopPod: "hidden",
  restartPod: "hidden",
  getPodHealth: "hidden",
  getPodStats: "hidden",
  getPodLogs: "hidden",
  revealSecret: "hidden",
  execInPod: "hidden",
  sleepPod: "hidden",
  listRoutes: "hidden",
  updateRoute: "hidden",
  addDomain: "hidden",
  listDomains: "hidden",
  getDomain: "hidden",
  verifyDomain: "hidden",
  removeDomain: "hidden",
  listCertificates: "hidden",
  listAllCertificates: "platform",
  getLocalAuthority: "own",
  uploadCertificate: "hidden",
  uploadInstallationCertificate: "platform",
  renewCertificate: "hidden",
  renewAnyCertificate: "platform",
  deleteCertificate: "hidden",
  deleteAnyCertificate: "platform",
  listDnsProviders: "hidden",
  addDnsProvider: "hidden",
  deleteDnsProvider: "hidden",
  listInstallationDnsProviders: "platform",
  addInstallationDnsProvider: "platform",
  deleteInstallationDnsProvider: "platform",
  events: "hidden",
  listAudit: "hidden",
  exportAudit: "hidden",
  getAuditStatus: "platform",
  setAuditSettings: "platform",
  verifyAudit: "platform",
  archiveAudit: "platform",
  whoami: "own",
  createToken: "hidden",
  listTokens: "own",
  deleteToken: "hidden",
};

const template = {
  apiVersion: "agentpod/v1",
  kind: "Template",
  name: "secretive",
  title: { en: "acme's own", zh: "acme" },
  description: { en: "acme's own", zh: "acme" },
  spec: webSpec(),
};

async function upload(name: string): Promise<{ chain: string; key: string }> {
  const { chain, key } = await issueCertificate(`CN=${name}`, { names: [name] });
  return { chain, key };
}

const provider = { name: "other", kind: "cloudflare", zones: ["acme.example"], credentials: { apiToken: "acme-secret-value" } };

/** Valid bodies, so that what refuses is the tenant and not the form. */
const bodies: Record<string, unknown> = {
  createTenant: { name: "newcomer" },
  setAuditSettings: { archiveAfterDays: null, headWebhook: null, headEvery: 1000 },
  archiveAudit: { olderThanDays: 30 },
  applyTemplate: template,
  createPod: { name: "intruder", spec: webSpec() },
  updatePod: { spec: webSpec({ A: "b" }) },
  rollBackPod: { generation: 1 },
  createToken: { name: "intruder", tenant: "acme", role: "viewer" },
  updateRoute: { wake: true },
  addDomain: { name: "intruder.example" },
  verifyDomain: { method: "dns" },
  uploadCertificate: await upload("acme.example"),
  uploadInstallationCertificate: await upload("web-acme.localhost"),
  addDnsProvider: provider,
  addInstallationDnsProvider: provider,
};

const queries: Record<string, string> = {
  getTemplate: "?tenant=acme",
  applyTemplate: "?tenant=acme",
  uploadArtifact: "?tenant=acme",
  listPods: "?tenant=acme",
  events: "?tenant=acme",
  listAudit: "?tenant=acme",
  exportAudit: "?tenant=acme",
};

let rig: ApiRig;
let acmeToken: string;
let boltsToken: string;
let tokenId: string;
let certificateId: string;

beforeAll(async () => {
  rig = await apiRig(inject("serverUrl"));
  await rig.admin.tenants.create({ name: "acme" });
  await rig.admin.tenants.create({ name: "bolts" });
  acmeToken = await rig.token("acme", roles.admin);
  boltsToken = await rig.token("bolts", roles.admin);
  const acme = rig.client(acmeToken);
  await acme.templates.apply(template as never, "acme");
  const hidden = { ...webSpec(), units: [{ ...webSpec().units[0], env: { PASSWORD: "{{ secrets.password }}" } }] };
  await acme.pods.create("acme", { name: "web", spec: hidden, inputs: { password: "acme-secret-value" } });
  rig.published.set("acme.example", "dns");
  for (const [path, body] of [
    ["/domains", { name: "acme.example" }],
    ["/domains/acme.example/verify", {}],
    ["/dns-providers", { ...provider, name: "dns" }],
  ] as const)
    expect((await request(rig, acmeToken, "POST", `/tenants/acme${path}`, body)).status).toBeLessThan(300);
  const uploaded = await request(rig, acmeToken, "POST", "/tenants/acme/certificates", bodies.uploadCertificate);
  certificateId = uploaded.body.id;
  await rig.deps.database.asSystem((store) => store.acme.saveLocalAuthority({ certificate: "public part", key: "acme-secret-value" }));
  tokenId = (await acme.tokens.list())[0]?.id ?? "";
});
afterAll(() => rig.close());

function pathOf(route: Route): string {
  const values: Record<string, string> = {
    tenant: "acme",
    pod: "web",
    template: "secretive",
    secret: "password",
    token: tokenId,
    index: "0",
    domain: "acme.example",
    certificate: certificateId,
    provider: "dns",
  };
  return `${apiBase}${route.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => values[key] ?? "x")}${queries[route.id] ?? ""}`;
}

async function ask(route: Route, token: string | null, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const body = route.takes === "tar" ? "tar" : JSON.stringify(bodies[route.id] ?? {});
  const response = await fetch(`${rig.url}${pathOf(route)}`, {
    method: route.method.toUpperCase(),
    redirect: "manual",
    headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(route.method === "get" ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

function upgrade(route: Route, token: string | null): Promise<number> {
  const socket = new WebSocket(`${rig.url.replace("http", "ws")}${pathOf(route)}`, {
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  return new Promise((resolve, reject) => {
    socket.on("error", () => undefined);
    socket.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("open", () => reject(new Error("the WebSocket was opened")));
  });
}

describe("P9 every route of the API is declared, and closed to strangers", () => {
  it("serves no route that is neither declared nor part of the documentation", () => {
    const declared = apiRoutes.map((route) => `${route.method.toUpperCase()} ${honoPath(apiBase, route.path)}`);
    const docs = docsPaths.map((path) => `GET ${honoPath(path === "/openapi.json" ? apiBase : "", path)}`);
    const served = rig.app.routes.filter((route) => route.method !== "ALL").map((route) => `${route.method} ${route.path}`);
    expect(served.toSorted()).toEqual([...declared, ...docs].toSorted());
    expect(new Set(apiRoutes.map((route) => route.id)).size).toBe(apiRoutes.length);
  });

  it("has a verdict here for every route", () => {
    expect(Object.keys(stranger).toSorted()).toEqual(apiRoutes.map((route) => route.id).toSorted());
  });

  it.each(apiRoutes.map((route) => [route.id, route] as const))("%s refuses a caller without a token", async (_id, route) => {
    const { status, text } = await ask(route, null);
    if (route.access.kind === "public") expect(status).toBe(200);
    else {
      expect(status).toBe(401);
      expect(JSON.parse(text)).toMatchObject({ error: { code: "unauthenticated" } });
      expect((await ask(route, "ap_not-a-token")).status).toBe(401);
    }
  });

  it.each(apiRoutes.map((route) => [route.id, route] as const))("%s shows another tenant nothing of acme", async (id, route) => {
    const before = JSON.stringify(await acmeState());
    const { status, text } = await ask(route, boltsToken);
    if (stranger[id] === "hidden") expect([403, 404]).toContain(status);
    else if (stranger[id] === "platform") expect(status).toBe(403);
    else if (stranger[id] === "closed") expect(status).toBe(401);
    else expect(status).toBe(200);
    if (stranger[id] === "own") expect(text).not.toMatch(/acme/);
    expect(text).not.toMatch(/acme-secret-value/);
    expect(JSON.stringify(await acmeState())).toBe(before);
  });

  it.each(apiRoutes.filter((route) => route.access.kind === "permission").map((route) => [route.id, route] as const))(
    "%s needs its permission",
    async (_id, route) => {
      const without = roles.platform.filter((permission) => route.access.kind === "permission" && permission !== route.access.permission);
      const { status, text } = await ask(route, await rig.token(null, without));
      expect(status).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ error: { code: "forbidden" } });
    },
  );

  it("refuses the WebSocket to strangers before it is opened", async () => {
    const sockets = apiRoutes.filter((route) => route.upgrade === "websocket");
    expect(sockets.length).toBeGreaterThan(0);
    for (const route of sockets) {
      expect(await upgrade(route, null)).toBe(401);
      expect(await upgrade(route, boltsToken)).toBe(404);
    }
  });

  it("refuses the event stream to strangers", async () => {
    const events = apiRoutes.filter((route) => route.id === "events");
    for (const route of events) {
      expect((await ask(route, null, { accept: "text/event-stream" })).status).toBe(401);
      expect((await ask(route, boltsToken, { accept: "text/event-stream" })).status).toBe(404);
    }
  });
});

/** What acme has that a stranger could change: intent, not what the reconciler writes meanwhile. */
async function acmeState(): Promise<unknown> {
  const acme = rig.client(acmeToken);
  const pods = await acme.pods.list();
  const revisions = await acme.pods.revisions("acme", "web");
  const tokens = (await acme.tokens.list()).map((token) => token.id);
  const templates = (await acme.templates.list()).map((entry) => `${entry.name}@${entry.version}`);
  const traffic = ["domains", "certificates", "dns-providers"].map(
    async (what) => (await request(rig, acmeToken, "GET", `/tenants/acme/${what}`)).body,
  );
  return {
    pods: pods.map((pod) => [pod.id, pod.desired, pod.generation]),
    revisions,
    tokens,
    templates,
    traffic: await Promise.all(traffic),
  };
}
