import type { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { WebSocketServer } from "ws";

/**
 * An HTTP server (not yet listening) for the app, with its WebSockets. The caller chooses socket or port, and closes it;
 * `closeAllConnections()` ends open streams.
 */
export function serveApp(app: Pick<OpenAPIHono, "fetch">): Server {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024, perMessageDeflate: false });
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
    overrideGlobalObjects: false,
    websocket: { server: sockets as never },
  }) as Server;
  // Uploads and streams may take long; headers may not.
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  return server;
}
