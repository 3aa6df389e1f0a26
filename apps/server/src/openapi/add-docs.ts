import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { notFound } from "../routes/not-found.ts";
import type { Route } from "../routes/route.ts";
import { describeRoute } from "./describe-route.ts";
import { docsPage, docsScript } from "./docs-page.ts";

/** What this adds, all public: a description of the API holds no data. Listed for the test that walks every route. */
export const docsPaths = ["/", "/api/docs", "/api/docs/{file}", "/openapi.json"] as const;

const assets: Record<string, string> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

/** Serves the OpenAPI 3.1 document and a page to browse it, from this machine alone. */
export function addDocs(app: OpenAPIHono, base: string, routes: readonly Route[]): void {
  let document: object | undefined;
  app.get(`${base}/openapi.json`, (context) => {
    // Made on first demand: most installations are never asked for it.
    document ??= openApiDocument(app, base, routes);
    return context.json(document);
  });
  app.get("/", (context) => context.redirect("/api/docs"));
  app.get("/api/docs", (context) => context.html(docsPage));
  app.get("/api/docs/:file", (context) => {
    const file = context.req.param("file");
    if (file === "docs.js") return context.body(docsScript(base), 200, { "content-type": "text/javascript; charset=utf-8" });
    const type = Object.hasOwn(assets, file) ? assets[file] : undefined;
    if (type === undefined) return notFound(context);
    const folder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
    const stream = Readable.toWeb(createReadStream(join(folder, file))) as ReadableStream<Uint8Array>;
    return context.body(stream, 200, { "content-type": type, "cache-control": "max-age=3600" });
  });
}

function openApiDocument(app: OpenAPIHono, base: string, routes: readonly Route[]): object {
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "token", { type: "http", scheme: "bearer" });
  for (const route of routes) registry.registerPath(describeRoute(route));
  try {
    return app.getOpenAPI31Document({
      openapi: "3.1.0",
      info: {
        title: "AgentPod",
        version: "1",
        description: "Tenants, pods and what they run. Errors: `{error: {code, message, issues, requestId}}`.",
      },
      servers: [{ url: base }],
    });
  } catch (cause) {
    throw new AppError("internal", "the OpenAPI document could not be made", { cause });
  }
}
