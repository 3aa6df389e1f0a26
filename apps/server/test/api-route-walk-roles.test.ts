import { roles, type TenantRole, tenantRoles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import WebSocket from "ws";
import { apiRoutes } from "../src/routes/api-routes.ts";
import type { Route } from "../src/routes/route.ts";
import { stranger, type WalkRig, walkRig } from "./route-walk-rig.ts";

let walk: WalkRig;
const acme = {} as Record<TenantRole, string>;
let bolts: string;
beforeAll(async () => {
  walk = await walkRig(inject("serverUrl"));
  for (const role of tenantRoles) acme[role] = await walk.logIn("acme", role);
  bolts = await walk.logIn("bolts", "operator");
});
afterAll(() => walk?.rig.close());

const named = apiRoutes.map((route) => [route.id, route] as const);
const isOpen = (route: Route) => route.access.kind === "public" || route.access.kind === "own-token";
const changes = named.filter(([, route]) => route.method !== "get" && !isOpen(route));
/** A browser on AgentPod's own page. */
const browser = (cookie: string) => ({ cookie, origin: walk.rig.url });

describe("P9 every route with the cookie of a login", () => {
  it.each(changes)("%s is not done from a page elsewhere, nor from a pod's on a sibling name", async (_id, route) => {
    const before = JSON.stringify(await walk.acmeState());
    const port = new URL(walk.rig.url).port;
    for (const origin of ["https://evil.example", `http://web-acme.localhost:${port}`, "http://localhost:1", "null", undefined]) {
      const { status } = await walk.ask(route, { cookie: acme.owner, ...(origin === undefined ? {} : { origin }) });
      expect([origin, status]).toEqual([origin, 403]);
    }
    expect(JSON.stringify(await walk.acmeState())).toBe(before);
  });

  it.each(named)("%s shows an operator of another tenant nothing of acme, and changes nothing there", async (id, route) => {
    if (stranger[id] === "login") return expect(route.access.kind).toBe("login");
    const before = JSON.stringify(await walk.acmeState());
    const { status, text } = await walk.ask(route, browser(bolts));
    if (stranger[id] === "hidden") expect([400, 403, 404]).toContain(status);
    else if (stranger[id] === "platform") expect(status).toBe(403);
    expect(text).not.toMatch(/acme-secret-value/);
    if (stranger[id] === "own") expect(text).not.toMatch(/acme/);
    expect(JSON.stringify(await walk.acmeState())).toBe(before);
  });

  it.each(changes.filter(([, route]) => route.access.kind === "permission"))(
    "%s is not for a viewer, who changes nothing",
    async (_id, route) => {
      const before = JSON.stringify(await walk.acmeState());
      expect((await walk.ask(route, browser(acme.viewer))).status).toBe(403);
      expect(JSON.stringify(await walk.acmeState())).toBe(before);
    },
  );

  it.each(named.filter(([, route]) => route.method === "get" && route.access.kind === "permission"))(
    "%s is seen by those roles alone whose table says so",
    async (_id, route) => {
      const { access } = route;
      if (access.kind !== "permission" || route.upgrade !== undefined) return expect(route.upgrade).toBe("websocket");
      for (const role of tenantRoles) {
        const held: readonly string[] = roles[role];
        const { status } = await walk.ask(route, browser(acme[role]));
        if (held.includes(access.permission)) expect([role, status]).not.toEqual([role, 401]);
        else expect([role, status]).toEqual([role, 403]);
      }
    },
  );

  it("opens no WebSocket to a page elsewhere, a pod's page, another tenant or a viewer", async () => {
    const port = new URL(walk.rig.url).port;
    const sockets = apiRoutes.filter((route) => route.upgrade === "websocket");
    expect(sockets.length).toBeGreaterThan(0);
    for (const route of sockets) {
      for (const origin of ["https://evil.example", `http://web-acme.localhost:${port}`, undefined])
        expect(await upgrade(route, { cookie: acme.owner, ...(origin === undefined ? {} : { origin }) })).toBe(403);
      expect(await upgrade(route, browser(acme.viewer))).toBe(403);
      expect([403, 404]).toContain(await upgrade(route, browser(bolts)));
    }
  });
});

function upgrade(route: Route, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${walk.rig.url.replace("http", "ws")}${walk.pathOf(route)}`, { headers });
  return new Promise((resolve, reject) => {
    socket.on("error", () => undefined);
    socket.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("open", () => reject(new Error("the WebSocket was opened")));
  });
}
