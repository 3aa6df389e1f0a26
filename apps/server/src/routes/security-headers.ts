import type { MiddlewareHandler } from "hono";

/** Headers that every answer carries. The documentation page needs its own script and inline styles, and nothing from elsewhere. */
export const securityHeaders: MiddlewareHandler = async (context, next) => {
  await next();
  const headers = context.res.headers;
  headers.set("x-content-type-options", "nosniff");
  headers.set("x-frame-options", "DENY");
  headers.set("referrer-policy", "no-referrer");
  // The dashboard's page says by itself, more strictly, what it may do.
  if (!headers.has("content-security-policy"))
    headers.set(
      "content-security-policy",
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    );
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
};
