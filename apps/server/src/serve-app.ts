import type { RequestListener, Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { WebSocketServer } from "ws";
import { type GitRemoteServer, isGitPath } from "./git-remote/git-remote.ts";
import { isLlmPath, type LlmProxy } from "./llm/llm-proxy.ts";

/**
 * An HTTP server (not yet listening) for the app, with its WebSockets. The caller chooses socket or port, and closes it;
 * `closeAllConnections()` ends open streams.
 * What is for the LLM proxy or the remotes of applications goes there as it comes: it passes without a step between.
 */
export function serveApp(app: Pick<OpenAPIHono, "fetch">, llm?: Pick<LlmProxy, "serve">, remote?: Pick<GitRemoteServer, "serve">): Server {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 * 1024, perMessageDeflate: false });
  const server = createAdaptorServer({
    fetch: (request, env) => app.fetch(request, env),
    overrideGlobalObjects: false,
    websocket: { server: sockets as never },
  }) as Server;
  if (llm !== undefined) leadAside(server, isLlmPath, llm);
  if (remote !== undefined) leadAside(server, isGitPath, remote);
  // Uploads and streams may take long; headers may not.
  server.requestTimeout = 0;
  server.headersTimeout = 30_000;
  return server;
}

function leadAside(server: Server, isIts: (url: string) => boolean, part: { serve: LlmProxy["serve"] }): void {
  const others = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (isIts(request.url ?? "")) part.serve(request, response);
    else for (const listener of others) listener(request, response);
  });
}
