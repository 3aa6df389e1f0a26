import type { NewEvent } from "@agentpod/core/event";
import type { Principal } from "@agentpod/core/permission";
import type { Store } from "@agentpod/core/store";
import type { Context } from "hono";
import type { z } from "zod";
import type { AppDeps } from "../app-deps.ts";
import type { Access } from "../auth/access.ts";
import type { Asked } from "../auth/asked.ts";
import type { EventFeed } from "./event-feed.ts";

/** What a change says about itself in the event log. Never a secret. */
export type Note = Pick<NewEvent, "tenant" | "message"> & {
  tenantId: string | null;
  pod?: string;
  podId?: string;
  data?: Record<string, unknown>;
  /** Where what happened is another thing than was asked for; else the route's audit type, which was done. */
  outcome?: { type: string; result: NewEvent["result"] };
};

/** One request, authenticated and parsed. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  params: P;
  query: Q;
  body: B;
  deps: AppDeps;
  feed: EventFeed;
  /** `public` routes get one that may nothing. */
  principal: Principal;
  /** Who asks, in the request's own words. */
  asked: Asked;
  /** For streams and upgrades. */
  context: Context;
  /** Aborted when the client is gone, or its login or token may no longer what it could. */
  signal: AbortSignal;
  /** For what outlives the request: calls `end` once the caller's rights have ended or changed. Gives the way to stop watching. */
  whileAllowed(end: () => void): () => void;
  /** A transaction that sees the caller's tenants only. */
  read<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** The same, with the route's audit event in the same transaction; `work` must call `note` once. */
  change<T>(work: (store: Store, note: (note: Note) => void) => Promise<T>): Promise<T>;
}

interface Common<P, Q, B> {
  /** Unique; the OpenAPI operation id. */
  id: string;
  /** Below `/api/v1`, with `{name}` for parameters. */
  path: string;
  tag: string;
  summary: string;
  access: Access;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  /** Its transactions see every row: for what belongs to no tenant, where the permission alone decides. */
  rows?: "system";
  /** The body is a tar stream or a file's bytes, handed on unread. */
  takes?: "tar" | "bytes";
  answer: { status: 200 | 201 | 202 | 204 | 101; schema?: z.ZodType; type?: string; description: string };
  upgrade?: "websocket";
  /** A value becomes JSON, nothing becomes 204, a Response passes as it is. */
  handle(call: Call<P, Q, B>): Promise<unknown>;
}

/** A route's declaration. Access has no default, and what is not a GET cannot go without an audit event type. */
export type RouteDeclaration<P, Q, B> = Common<P, Q, B> &
  ({ method: "get"; audit?: string } | { method: "post" | "put" | "patch" | "delete"; audit: string });

/** A declaration whose parameter types have been checked and forgotten. */
export type Route = RouteDeclaration<never, never, never>;

/** Declares a route; the types of its parameters come from their schemas. */
export function route<P = unknown, Q = unknown, B = unknown>(declaration: RouteDeclaration<P, Q, B>): Route {
  return declaration as unknown as Route;
}
