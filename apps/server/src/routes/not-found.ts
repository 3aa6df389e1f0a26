import { randomUUID } from "node:crypto";
import { AppError } from "@agentpod/core/errors";
import type { Context } from "hono";
import { httpError } from "../http-error.ts";

/** For addresses that are no route's. */
export function notFound(context: Context): Response {
  const failure = httpError(new AppError("not_found", "there is nothing at this address; see /api/docs"), randomUUID());
  return context.json(failure.body, failure.status);
}
