import { OpenAPIHono } from "@hono/zod-openapi";
import { handOverPage } from "./agents/hand-over-page.ts";
import { ownAgentPage } from "./agents/own-agent-page.ts";
import type { AppDeps } from "./app-deps.ts";
import { attemptLimit } from "./auth/attempt-limit.ts";
import { authentication } from "./auth/authenticate.ts";
import { mountLogins } from "./auth/mount-logins.ts";
import { addDocs } from "./openapi/add-docs.ts";
import { apiRoutes } from "./routes/api-routes.ts";
import { eventFeed } from "./routes/event-feed.ts";
import { notFound } from "./routes/not-found.ts";
import { registerRoute } from "./routes/register-route.ts";
import { securityHeaders } from "./routes/security-headers.ts";

/** Every route's path begins with this. */
export const apiBase = "/api/v1";

/** The API as a Hono app: nothing listens, nothing is read from the environment. See `serve-app.ts` for sockets. */
export function buildApp(deps: AppDeps): OpenAPIHono {
  const app = new OpenAPIHono();
  const serving = {
    deps,
    feed: eventFeed(deps.database, deps.log),
    authenticate: authentication({ ...deps, limit: attemptLimit(deps.clock) }),
  };
  app.use(securityHeaders);
  for (const route of apiRoutes) registerRoute(app, apiBase, route, serving);
  mountLogins(app, deps);
  app.get("/hand-over", (context) => handOverPage(context.req.header("accept-language")));
  app.get("/my-agent/:access", (context) => ownAgentPage(context.req.header("accept-language")));
  const { dashboard } = deps;
  if (dashboard !== undefined) app.get("/", async (context) => (await dashboard(context)) ?? notFound(context));
  addDocs(app, apiBase, apiRoutes);
  app.notFound(async (context) => (await dashboard?.(context)) ?? notFound(context));
  return app;
}
