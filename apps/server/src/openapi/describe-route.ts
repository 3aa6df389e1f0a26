import { errorBody } from "@agentpod/core/api/error-body";
import type { RouteConfig } from "@hono/zod-openapi";
import { z } from "zod";
import type { Route } from "../routes/route.ts";

const failures = {
  400: "Not valid: `issues` name the path and what was expected",
  401: "No token or login, or an unknown one",
  403: "The token may not do this, or nobody may",
  404: "Not there, or not visible to this token",
  409: "In conflict with what is there",
  413: "The body is too large",
  429: "Over a quota, or too many failed logins",
  503: "Something this needs does not answer; try again",
} as const;

const problem = (description: string) => ({ description, content: { "application/json": { schema: errorBody } } });

/** A route in the words of OpenAPI. */
export function describeRoute(route: Route): RouteConfig {
  const { answer } = route;
  const isPublic = route.access.kind === "public";
  const permission =
    route.access.kind === "permission"
      ? `Needs \`${route.access.permission}\`.`
      : isPublic
        ? "Public."
        : route.access.kind === "own-token"
          ? "Needs a token of its own."
          : route.access.kind === "login"
            ? "Needs a login; tokens cannot do it."
            : "Needs any token or login.";
  const statuses = Object.entries(failures).filter(([status]) => !isPublic || status === "503");
  return {
    method: route.method,
    path: route.path,
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    description: permission,
    security: isPublic ? [] : [{ token: [] }],
    request: {
      ...(route.params === undefined ? {} : { params: route.params as never }),
      ...(route.query === undefined ? {} : { query: route.query as never }),
      ...requestBody(route),
    },
    responses: {
      [answer.status]: {
        description: answer.description,
        ...(answer.schema === undefined ? {} : { content: { [answer.type ?? "application/json"]: { schema: answer.schema } } }),
      },
      ...Object.fromEntries(statuses.map(([status, description]) => [status, problem(description)])),
    },
  };
}

function requestBody(route: Route): Pick<NonNullable<RouteConfig["request"]>, "body"> {
  if (route.takes === "tar") return { body: { required: true, content: { "application/x-tar": { schema: z.string() } } } };
  if (route.takes === "bytes") return { body: { required: true, content: { "application/octet-stream": { schema: z.string() } } } };
  if (route.body === undefined) return {};
  return { body: { required: true, content: { "application/json": { schema: route.body as z.ZodType } } } };
}
