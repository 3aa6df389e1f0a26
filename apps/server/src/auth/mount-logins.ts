import { AppError } from "@agentpod/core/errors";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppDeps } from "../app-deps.ts";
import { httpError } from "../http-error.ts";
import { askedOf } from "./asked.ts";
import { libraryHeaders } from "./library-headers.ts";
import { authBase } from "./login-library-names.ts";
import { noteLogin } from "./note-login.ts";

/** What the login library answers by itself; everything else goes through routes of ours. Listed for the test that walks every route. */
export const libraryPaths = [`${authBase}/callback/:provider`, `${authBase}/jwks`] as const;

/** Where sign-on providers send users back to, and the public keys that JWTs are checked with. */
export function mountLogins(app: Pick<OpenAPIHono, "get">, deps: AppDeps): void {
  for (const path of libraryPaths) {
    app.get(path, async (context) => {
      const asked = askedOf(context);
      try {
        const library = await deps.logins.library(asked.isHttps);
        // Whatever name the request was made by: the library is to know the public address alone.
        const { pathname, search } = new URL(context.req.url);
        const headers = libraryHeaders(asked, { cookie: asked.cookie, accept: context.req.header("accept") });
        const response = await library.handler(new Request(new URL(pathname + search, deps.publicUrl), { headers }));
        if (path.includes("callback")) await noteLogin(deps, asked, response, `${context.req.param("provider")} vouches`);
        if (response.status >= 500) throw new AppError("unavailable", "the sign-on did not succeed; try again");
        return response;
      } catch (thrown) {
        const failure = httpError(thrown, context.res.headers.get("x-request-id") ?? "");
        deps.log.warn({ path, status: failure.status }, failure.error.message);
        return context.json(failure.body, failure.status, failure.headers);
      }
    });
  }
}
