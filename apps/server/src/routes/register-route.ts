import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { parseInput } from "@agentpod/core/draft-issues";
import { AppError } from "@agentpod/core/errors";
import type { Principal } from "@agentpod/core/permission";
import type { Store } from "@agentpod/core/store";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import type { AppDeps } from "../app-deps.ts";
import { narrowed, requireAccess, requirePlatform } from "../auth/access.ts";
import { allowedWhile } from "../auth/allowed-while.ts";
import { type Asked, askedOf } from "../auth/asked.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import { causeChain, httpError } from "../http-error.ts";
import type { EventFeed } from "./event-feed.ts";
import { jsonAnswer } from "./json-answer.ts";
import { readJson } from "./read-json.ts";
import { appendRefusal } from "./refusal.ts";
import type { Call, Note, Route } from "./route.ts";

export interface Serving {
  deps: AppDeps;
  feed: EventFeed;
  authenticate: Authenticate;
}

const noQuery = z.strictObject({});
const nobody: Principal = {
  actor: "anonymous",
  userId: null,
  by: "nobody",
  sessionId: null,
  tenants: [],
  permissions: new Set(),
  grants: null,
};

/** The path as Hono writes it. */
export const honoPath = (base: string, path: string): string => `${base}${path.replaceAll(/\{(\w+)\}/g, ":$1")}`;

/**
 * The only way a route comes into the app: authentication, permission, parsing, the tenant's transaction, audit and
 * errors happen here, in this order, for every one of them.
 */
export function registerRoute(app: Pick<OpenAPIHono, "on">, base: string, route: Route, serving: Serving): void {
  const path = honoPath(base, route.path);
  const handler = (context: Context) => serve(context, route, serving);
  app.on(route.method.toUpperCase(), path, handler);
}

async function serve(context: Context, route: Route, serving: Serving): Promise<Response> {
  const { deps } = serving;
  const requestId = randomUUID();
  context.header("x-request-id", requestId);
  const asked = askedOf(context);
  const source = asked.client;
  let principal: Principal | null = null;
  try {
    principal = await principalOf(context, route, serving, asked);
    requireAccess(principal, route.access);
    if (route.rows === "system" && route.access.kind === "permission") requirePlatform(principal, "this");
    const call = await callOf(context, route, serving, principal, asked);
    return await answer(context, route, await route.handle(call as Call<never, never, never>));
  } catch (thrown) {
    const failure = httpError(thrown, requestId);
    const fields = { requestId, route: route.id, source, actor: principal?.actor, status: failure.status };
    if (failure.status >= 500) deps.log.error({ ...fields, causes: causeChain(thrown) }, failure.error.message);
    if (route.audit !== undefined && principal !== null && principal !== nobody) {
      await appendRefusal(deps, { type: route.audit, principal, source, params: context.req.param(), failure }).catch((error: unknown) =>
        deps.log.error({ ...fields, causes: causeChain(error) }, "a refused request could not be written to the event log"),
      );
    }
    return context.json(failure.body, failure.status, failure.headers);
  }
}

async function principalOf(context: Context, route: Route, serving: Serving, asked: Asked): Promise<Principal> {
  if (route.access.kind === "public" || route.access.kind === "own-token") return nobody;
  const { principal, setCookies } = await serving.authenticate(asked);
  for (const cookie of setCookies) context.header("set-cookie", cookie, { append: true });
  return principal;
}

async function callOf(context: Context, route: Route, serving: Serving, who: Principal, asked: Asked): Promise<Call> {
  const { deps, feed } = serving;
  const params = route.params === undefined ? {} : parseInput<z.ZodType>(route.params, context.req.param());
  const query = parseInput<z.ZodType>(route.query ?? noQuery, context.req.query());
  const body = route.body === undefined ? undefined : parseInput<z.ZodType>(route.body, await readJson(context.req.raw));
  const principal = narrowed(who, route.access, tenantIn(params) ?? tenantIn(query) ?? tenantIn(body));
  const read = <T>(work: (store: Store) => Promise<T>) =>
    route.rows === "system" ? deps.database.asSystem(work) : deps.database.asTenants(principal.tenants, work);
  const whileAllowed = (end: () => void) =>
    who === nobody ? () => undefined : allowedWhile(feed, who, async () => (await serving.authenticate(asked)).principal, end);
  let signal: AbortSignal | undefined;
  return {
    params,
    query,
    body,
    deps,
    feed,
    principal,
    asked,
    context,
    whileAllowed,
    // Asked for by streams alone: it makes the adapter build a whole Request.
    get signal() {
      signal ??= streamSignal(context, whileAllowed);
      return signal;
    },
    read,
    change: (work) =>
      read(async (store) => {
        let noted: Note | undefined;
        const result = await work(store, (note) => {
          noted = note;
        });
        if (noted === undefined || route.audit === undefined)
          throw new AppError("internal", `${route.id} changed something without a note`);
        const { pod = null, podId = null, data = {}, outcome = { type: route.audit, result: "ok" }, ...rest } = noted;
        await store.events.append({ ...rest, ...outcome, pod, podId, data, actor: principal.actor, source: asked.client });
        return result;
      }),
  };
}

/** The name of the tenant that this part of a request is about. */
function tenantIn(part: unknown): string | undefined {
  const named = (part as { tenant?: unknown } | undefined)?.tenant;
  return typeof named === "string" ? named : undefined;
}

/** Ends with the client, and with the rights of who asked. */
function streamSignal(context: Context, whileAllowed: Call["whileAllowed"]): AbortSignal {
  const ended = new AbortController();
  const stop = whileAllowed(() => ended.abort());
  const { outgoing } = (context.env ?? {}) as { outgoing?: ServerResponse };
  outgoing?.once("close", stop);
  return AbortSignal.any([context.req.raw.signal, ended.signal]);
}

async function answer(context: Context, route: Route, result: unknown): Promise<Response> {
  if (result instanceof Response) return result;
  if (result === undefined) return context.body(null, 204);
  return jsonAnswer(context, result, route.answer.status === 201 ? 201 : route.answer.status === 202 ? 202 : 200);
}
