import { AppError } from "@agentpod/core/errors";

/** The secret of an `Authorization` header. Throws `unauthenticated` for any other form. */
export function bearerOf(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new AppError("unauthenticated", "no token was sent; send `Authorization: Bearer <token>`");
  }
  const [scheme, secret, ...rest] = authorization.trim().split(/\s+/);
  if (scheme?.toLowerCase() !== "bearer" || secret === undefined || rest.length > 0) {
    throw new AppError("unauthenticated", "the Authorization header must read `Bearer <token>`");
  }
  return secret;
}
