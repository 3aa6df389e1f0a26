import { codeRequest, passwordRequest, twoFactorSetup } from "@agentpod/core/api/account-view";
import { z } from "zod";
import { asCaller } from "../auth/as-caller.ts";
import { addressLimits, limited } from "../users/limited.ts";
import { noteUser } from "../users/note-user.ts";
import { ownSession } from "../users/own-session.ts";
import { type Call, route } from "./route.ts";

const tag = "Account";
const access = { kind: "login" } as const;
const rows = "system" as const;
const path = "/account/two-factor";

type TwoFactorCall = Pick<Call, "deps" | "asked" | "principal" | "context" | "change">;

/** What asks for a password or a code is no place to guess them. */
function counted<T>({ deps, asked, principal }: TwoFactorCall, work: () => Promise<T>): Promise<T> {
  return limited(deps.database, addressLimits(`second factor of ${principal.userId}`, asked.client, 8), work);
}

/** The library begins a new session with the change: its cookie goes to the browser. */
function passCookies({ context }: TwoFactorCall, response: Response): void {
  for (const cookie of response.headers.getSetCookie()) context.header("set-cookie", cookie, { append: true });
}

const noteChange = ({ principal, change }: TwoFactorCall, what: string) =>
  change(async (store, note) => {
    const user = await store.users.get(ownSession(principal).userId);
    note(noteUser(user, `user ${user.email} ${what}`));
  });

export const twoFactorRoutes = [
  route({
    id: "setUpTwoFactor",
    method: "post",
    path,
    tag,
    summary: "Begin with a second factor: its address for an authenticator, and backup codes",
    access,
    rows,
    audit: "user.two_factor_begun",
    body: passwordRequest,
    answer: { status: 200, schema: twoFactorSetup, description: "Shown this once; in force once a code has confirmed it" },
    async handle(call) {
      const response = await counted(call, () =>
        asCaller(call, (library, headers) =>
          library.api.enableTwoFactor({ body: { password: call.body.password, method: "totp" }, headers, asResponse: true }),
        ),
      );
      const { totpURI, backupCodes } = (await response.json()) as { totpURI: string; backupCodes: string[] };
      await noteChange(call, "began to set up a second factor");
      return { uri: totpURI, backupCodes };
    },
  }),
  route({
    id: "confirmTwoFactor",
    method: "post",
    path: `${path}/confirm`,
    tag,
    summary: "Put the second factor in force with its first code; a new login takes the place of this one",
    access,
    rows,
    audit: "user.two_factor_enabled",
    body: codeRequest,
    answer: {
      status: 200,
      schema: z.object({ token: z.string().nullable() }),
      description: "The new login's token; null for browsers, which have it as a cookie",
    },
    async handle(call) {
      const response = await counted(call, () =>
        asCaller(call, (library, headers) => library.api.verifyTOTP({ body: { code: call.body.code }, headers, asResponse: true })),
      );
      passCookies(call, response);
      await noteChange(call, "put a second factor in force");
      return { token: call.asked.authorization === undefined ? null : response.headers.get("set-auth-token") };
    },
  }),
  route({
    id: "disableTwoFactor",
    method: "post",
    path: `${path}/disable`,
    tag,
    summary: "Take the second factor away",
    access,
    rows,
    audit: "user.two_factor_disabled",
    body: passwordRequest,
    answer: {
      status: 200,
      schema: z.object({ token: z.string().nullable() }),
      description: "The new login's token, where there is one; null for browsers",
    },
    async handle(call) {
      const response = await counted(call, () =>
        asCaller(call, (library, headers) =>
          library.api.disableTwoFactor({ body: { password: call.body.password }, headers, asResponse: true }),
        ),
      );
      passCookies(call, response);
      await noteChange(call, "took the second factor away");
      return { token: call.asked.authorization === undefined ? null : response.headers.get("set-auth-token") };
    },
  }),
];
