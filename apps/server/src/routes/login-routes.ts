import {
  loginAnswer,
  loginOptions,
  loginRequest,
  registerRequest,
  resetPasswordRequest,
  signOnAnswer,
  signOnRequest,
  twoFactorLoginRequest,
} from "@agentpod/core/api/account-view";
import { AppError } from "@agentpod/core/errors";
import { z } from "zod";
import { checkLibrary } from "../auth/library-failure.ts";
import { libraryHeaders } from "../auth/library-headers.ts";
import { addressLimits, countAttempt } from "../users/limited.ts";
import { logOut } from "../users/log-out.ts";
import { checkSite, confirmLogIn, logIn, register } from "../users/login.ts";
import { resetPassword } from "../users/password-link.ts";
import { route } from "./route.ts";

const tag = "Login";

const loggedIn = { status: 200, schema: loginAnswer, description: "Logged in, or asked for the second factor" } as const;

export const loginRoutes = [
  route({
    id: "loginOptions",
    method: "get",
    path: "/login",
    tag,
    summary: "The ways in",
    access: { kind: "public", because: "a login page must know what to offer; it names no user" },
    answer: { status: 200, schema: loginOptions, description: "What there is" },
    async handle({ deps }) {
      const { registration, guests } = await deps.logins.settings();
      return {
        registration: registration === "open",
        signOn: deps.logins.signOn.map(({ id, name }) => ({ id, name })),
        guests: guests !== null,
      };
    },
  }),
  route({
    id: "logIn",
    method: "post",
    path: "/login",
    tag,
    summary: "Log in by email address and password",
    access: { kind: "public", because: "this is how one comes in; attempts are counted by address and user" },
    audit: "user.logged_in",
    body: loginRequest,
    answer: loggedIn,
    handle: (call) => logIn(call, call.body),
  }),
  route({
    id: "confirmLogIn",
    method: "post",
    path: "/login/two-factor",
    tag,
    summary: "The second step of a login, with a code",
    access: { kind: "public", because: "it needs the challenge of a first step; attempts are counted by address, user and challenge" },
    audit: "user.logged_in",
    body: twoFactorLoginRequest,
    answer: loggedIn,
    handle: (call) => confirmLogIn(call, call.body),
  }),
  route({
    id: "signOn",
    method: "post",
    path: "/login/{provider}",
    tag,
    summary: "Begin to log in through a sign-on provider",
    access: { kind: "public", because: "it gives the provider's address; who comes back is for the provider to say" },
    audit: "user.sign_on_begun",
    params: z.object({ provider: z.string().max(64) }),
    body: signOnRequest,
    answer: { status: 200, schema: signOnAnswer, description: "Where to send the browser" },
    async handle(call) {
      const { deps, asked, params, body, context } = call;
      checkSite(call);
      if (!deps.logins.signOn.some((provider) => provider.id === params.provider))
        throw new AppError("not_found", `there is no sign-on provider ${params.provider}`);
      await countAttempt(deps.database, addressLimits("sign-on", asked.client, 60));
      const library = await deps.logins.library(asked.isHttps);
      const response = await library.api.signInSocial({
        body: { provider: params.provider, callbackURL: new URL(body.next, deps.publicUrl).href, disableRedirect: true },
        headers: libraryHeaders(asked),
        asResponse: true,
      });
      await checkLibrary(response);
      for (const cookie of response.headers.getSetCookie()) context.header("set-cookie", cookie, { append: true });
      return { url: ((await response.json()) as { url: string }).url };
    },
  }),
  route({
    id: "logOut",
    method: "post",
    path: "/logout",
    tag,
    summary: "End this login",
    access: { kind: "login" },
    audit: "user.logged_out",
    rows: "system",
    answer: { status: 204, description: "It has ended" },
    handle: (call) => logOut(call),
  }),
  route({
    id: "register",
    method: "post",
    path: "/register",
    tag,
    summary: "Register, where anybody may, and log in",
    access: { kind: "public", because: "closed unless the installation opens it; counted by address" },
    audit: "user.created",
    body: registerRequest,
    answer: { status: 200, schema: loginAnswer, description: "Logged in" },
    handle: (call) => register(call, call.body),
  }),
  route({
    id: "resetPassword",
    method: "post",
    path: "/password-reset",
    tag,
    summary: "Choose a password with a one-time link; every login of the user ends",
    access: { kind: "public", because: "it needs the secret of a link that an admin made" },
    audit: "user.password_changed",
    body: resetPasswordRequest,
    answer: { status: 204, description: "The password is set" },
    handle: (call) => resetPassword(call, call.body),
  }),
];
