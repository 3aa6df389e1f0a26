import { AppError, toAppError } from "@agentpod/core/errors";
import type { Call } from "../routes/route.ts";
import { checkLibrary } from "./library-failure.ts";
import { libraryHeaders } from "./library-headers.ts";
import type { LoginLibrary } from "./login-library.ts";

/**
 * Asks the login library something as the login that asks us. Throws what the library refuses; a wrong code is `forbidden`, as a wrong
 * password is: `unauthenticated` would say that the login is over.
 */
export async function asCaller(
  { deps, asked }: Pick<Call, "deps" | "asked">,
  work: (library: LoginLibrary, headers: Headers) => Promise<Response>,
): Promise<Response> {
  const library = await deps.logins.library(asked.isHttps);
  const credential = asked.authorization === undefined ? { cookie: asked.cookie } : { authorization: asked.authorization };
  const response = await work(library, libraryHeaders(asked, credential));
  await checkLibrary(response).catch((thrown: unknown) => {
    const { code, message } = toAppError(thrown);
    throw code === "unauthenticated" ? new AppError("forbidden", message, { cause: thrown }) : thrown;
  });
  return response;
}
