import { roles } from "@agentpod/core/permission";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import WebSocket from "ws";
import { apiBase } from "../src/app.ts";
import { libraryPaths } from "../src/auth/mount-logins.ts";
import { docsPaths } from "../src/openapi/add-docs.ts";
import { apiRoutes } from "../src/routes/api-routes.ts";
import { honoPath } from "../src/routes/register-route.ts";
import type { Route } from "../src/routes/route.ts";
import { stranger, type WalkRig, walkRig } from "./route-walk-rig.ts";

let walk: WalkRig;
beforeAll(async () => {
  walk = await walkRig(inject("serverUrl"));
});
afterAll(() => walk?.rig.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function upgrade(route: Route, token: string | null): Promise<number> {
  const socket = new WebSocket(`${walk.rig.url.replace("http", "ws")}${walk.pathOf(route)}`, {
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
    const served = walk.rig.app.routes.filter((route) => route.method !== "ALL").map((route) => `${route.method} ${route.path}`);
    const pages = [...libraryPaths, "/hand-over", "/my-agent/:access"].map((path) => `GET ${path}`);
    expect(served.toSorted()).toEqual([...declared, ...docs, ...pages].toSorted());
    expect(new Set(apiRoutes.map((route) => route.id)).size).toBe(apiRoutes.length);
  });

  it("has a verdict here for every route", () => {
    expect(Object.keys(stranger).toSorted()).toEqual(apiRoutes.map((route) => route.id).toSorted());
  });

  it.each(apiRoutes.map((route) => [route.id, route] as const))("%s refuses a caller without a token", async (_id, route) => {
    const { status, text } = await walk.ask(route, {});
    const verdict = stranger[route.id];
    if (route.access.kind === "public") expect(status).toBe(typeof verdict === "number" ? verdict : 200);
    else {
      expect(status).toBe(401);
      expect(JSON.parse(text)).toMatchObject({ error: { code: "unauthenticated" } });
      expect((await walk.ask(route, bearer("ap_not-a-token"))).status).toBe(401);
    }
  });

  it.each(apiRoutes.map((route) => [route.id, route] as const))("%s shows another tenant nothing of acme", async (id, route) => {
    const before = JSON.stringify(await walk.acmeState());
    const { status, text } = await walk.ask(route, bearer(walk.boltsToken));
    if (stranger[id] === "hidden") expect([403, 404]).toContain(status);
    else if (stranger[id] === "platform" || stranger[id] === "login") expect(status).toBe(403);
    else if (typeof stranger[id] === "number") expect(status).toBe(stranger[id]);
    else if (stranger[id] === "closed") expect(status).toBe(401);
    else expect(status).toBe(200);
    if (stranger[id] === "own") expect(text).not.toMatch(/acme/);
    expect(text).not.toMatch(/acme-secret-value/);
    expect(JSON.stringify(await walk.acmeState())).toBe(before);
  });

  it.each(apiRoutes.filter((route) => route.access.kind === "permission").map((route) => [route.id, route] as const))(
    "%s needs its permission",
    async (_id, route) => {
      const without = roles.platform.filter((permission) => route.access.kind === "permission" && permission !== route.access.permission);
      const { status, text } = await walk.ask(route, bearer(await walk.rig.token(null, without)));
      expect(status).toBe(403);
      expect(JSON.parse(text)).toMatchObject({ error: { code: "forbidden" } });
    },
  );

  it("refuses the WebSocket to strangers before it is opened", async () => {
    const sockets = apiRoutes.filter((route) => route.upgrade === "websocket");
    expect(sockets.length).toBeGreaterThan(0);
    for (const route of sockets) {
      expect(await upgrade(route, null)).toBe(401);
      expect(await upgrade(route, walk.boltsToken)).toBe(404);
    }
  });

  it("refuses the event stream to strangers", async () => {
    const events = apiRoutes.filter((route) => route.id === "events");
    for (const route of events) {
      expect((await walk.ask(route, { accept: "text/event-stream" })).status).toBe(401);
      expect((await walk.ask(route, { ...bearer(walk.boltsToken), accept: "text/event-stream" })).status).toBe(404);
    }
  });
});
