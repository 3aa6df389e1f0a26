import type { Call } from "../routes/route.ts";
import { checkLibrary } from "./library-failure.ts";
import { libraryHeaders } from "./library-headers.ts";
import type { LoginLibrary } from "./login-library.ts";

/** Asks the login library something as the login that asks us. Throws what the library refuses. */
export async function asCaller(
  { deps, asked }: Pick<Call, "deps" | "asked">,
  work: (library: LoginLibrary, headers: Headers) => Promise<Response>,
): Promise<Response> {
  const library = await deps.logins.library(asked.isHttps);
  const credential = asked.authorization === undefined ? { cookie: asked.cookie } : { authorization: asked.authorization };
  const response = await work(library, libraryHeaders(asked, credential));
  await checkLibrary(response);
  return response;
}
