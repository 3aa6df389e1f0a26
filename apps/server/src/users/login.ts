import type { LoginAnswer } from "@agentpod/core/api/account-view";
import { type AppError, toAppError } from "@agentpod/core/errors";
import type { AppDeps } from "../app-deps.ts";
import type { Asked } from "../auth/asked.ts";
import { checkOrigin } from "../auth/check-origin.ts";
import { checkLibrary } from "../auth/library-failure.ts";
import { libraryHeaders } from "../auth/library-headers.ts";
import type { LoginLibrary } from "../auth/login-library.ts";
import { cookiePrefix } from "../auth/login-library-names.ts";
import { noteLogin } from "../auth/note-login.ts";
import type { Call } from "../routes/route.ts";
import { addressLimits, countAttempt, limited, loginLimits } from "./limited.ts";

type LoginCall = Pick<Call, "deps" | "asked" | "context">;

/** By password. Throws `unauthenticated` with the same words whatever is wrong, or `TooManyAttempts`. */
export async function logIn(call: LoginCall, { email, password }: { email: string; password: string }): Promise<LoginAnswer> {
  const { deps, asked } = call;
  checkSite(call);
  return limited(deps.database, loginLimits(asked.client, email), async () => {
    const library = await deps.logins.library(asked.isHttps);
    const response = await library.api.signInPassword({ body: { email, password }, headers: libraryHeaders(asked), asResponse: true });
    await noteFailure(deps, asked, email, response);
    return answerOf(call, response, "password");
  });
}

/** The second step, with the challenge that the first one gave. */
export async function confirmLogIn(
  call: LoginCall,
  { challenge, code, kind }: { challenge: string; code: string; kind: "totp" | "backup" },
): Promise<LoginAnswer> {
  const { deps, asked } = call;
  checkSite(call);
  return limited(deps.database, addressLimits("second step", asked.client), async () => {
    const library = await deps.logins.library(asked.isHttps);
    const headers = libraryHeaders(asked, { cookie: `${await challengeCookie(library)}=${encodeURIComponent(challenge)}` });
    const given = { body: { code }, headers, asResponse: true } as const;
    const response = kind === "totp" ? await library.api.verifyTOTP(given) : await library.api.verifyBackupCode(given);
    await noteFailure(deps, asked, null, response);
    return answerOf(call, response, kind === "totp" ? "password and code" : "password and backup code");
  });
}

/** Where anybody may: makes the user and logs in. Throws `forbidden` where registration is closed, `conflict` where the address is taken. */
export async function register(call: LoginCall, body: { email: string; name: string; password: string }): Promise<LoginAnswer> {
  const { deps, asked } = call;
  checkSite(call);
  // A registration that succeeds counts, too.
  await countAttempt(deps.database, addressLimits("register", asked.client, 10));
  const library = await deps.logins.library(asked.isHttps);
  const response = await library.api.signUpEmail({ body, headers: libraryHeaders(asked), asResponse: true });
  return answerOf(call, response, "registration");
}

/** A browser on another site must not log its user in as somebody else. */
export function checkSite({ asked, deps }: Pick<Call, "asked" | "deps">): void {
  checkOrigin(asked.origin, asked.host, deps.publicUrl);
}

/** The library's answer as ours, with the session's cookie; throws what it refused. */
export async function answerOf({ deps, asked, context }: LoginCall, response: Response, how: string): Promise<LoginAnswer> {
  await checkLibrary(response);
  const login = await noteLogin(deps, asked, response, how);
  if (login === null) {
    const library = await deps.logins.library(asked.isHttps);
    const name = await challengeCookie(library);
    const cookie = response.headers.getSetCookie().find((one) => one.startsWith(`${name}=`));
    const challenge = decodeURIComponent(cookie?.slice(name.length + 1).split(";")[0] ?? "");
    return { user: null, challenge, token: null, expiresAt: null };
  }
  for (const cookie of response.headers.getSetCookie()) context.header("set-cookie", cookie, { append: true });
  // A page's own scripts are not to hold what logs in.
  const isBrowser = asked.origin !== undefined;
  return { user: login.user, challenge: null, token: isBrowser ? null : login.token, expiresAt: login.expiresAt };
}

async function challengeCookie(library: LoginLibrary): Promise<string> {
  const { authCookies } = await library.$context;
  return authCookies.sessionToken.name.replace(`${cookiePrefix}.session_token`, `${cookiePrefix}.two_factor`);
}

async function noteFailure(deps: AppDeps, asked: Asked, email: string | null, response: Response): Promise<void> {
  const failure = await checkLibrary(response.clone()).then(
    () => null,
    (thrown: unknown): AppError => toAppError(thrown),
  );
  if (failure === null) return;
  await deps.database.asSystem((store) =>
    store.events.append({
      type: "user.login_failed",
      tenantId: null,
      tenant: null,
      pod: null,
      podId: null,
      actor: "anonymous",
      source: asked.client,
      result: "refused",
      message: email === null ? `a second step failed: ${failure.message}` : `a login as ${email} failed: ${failure.message}`,
      data: email === null ? {} : { email },
    }),
  );
}
