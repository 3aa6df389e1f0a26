import { changePasswordRequest, jwtView } from "@agentpod/core/api/account-view";
import { renameUserRequest, sessionView, userView } from "@agentpod/core/api/user-view";
import { AppError } from "@agentpod/core/errors";
import { z } from "zod";
import { asCaller } from "../auth/as-caller.ts";
import { addressLimits, limited } from "../users/limited.ts";
import { noteUser } from "../users/note-user.ts";
import { ownSession } from "../users/own-session.ts";
import { route } from "./route.ts";

const tag = "Account";
const access = { kind: "login" } as const;
const rows = "system" as const;

export const accountRoutes = [
  route({
    id: "getAccount",
    method: "get",
    path: "/account",
    tag,
    summary: "Your own profile",
    access,
    rows,
    answer: { status: 200, schema: userView, description: "You" },
    handle: ({ principal, read }) => read((store) => store.users.get(ownSession(principal).userId)),
  }),
  route({
    id: "renameAccount",
    method: "patch",
    path: "/account",
    tag,
    summary: "Change your name",
    access,
    rows,
    audit: "user.updated",
    body: renameUserRequest,
    answer: { status: 200, schema: userView, description: "You" },
    handle: ({ principal, body, change }) =>
      change(async (store, note) => {
        const { userId } = ownSession(principal);
        await store.users.rename(userId, body.name);
        const user = await store.users.get(userId);
        note(noteUser(user, `${user.email} is now called ${user.name}`));
        return user;
      }),
  }),
  route({
    id: "changePassword",
    method: "post",
    path: "/account/password",
    tag,
    summary: "Change your password; every other login of yours ends",
    access,
    rows,
    audit: "user.password_changed",
    body: changePasswordRequest,
    answer: { status: 204, description: "It is changed" },
    async handle(call) {
      const { principal, body, change, deps, asked } = call;
      const { userId, sessionId } = ownSession(principal);
      await limited(deps.database, addressLimits(`password of ${userId}`, asked.client, 8), () =>
        asCaller(call, (library, headers) =>
          library.api.changePassword({
            body: { currentPassword: body.current, newPassword: body.password, revokeOtherSessions: false },
            headers,
            asResponse: true,
          }),
        ),
      );
      await change(async (store, note) => {
        const user = await store.users.get(userId);
        const ended = await store.users.endSessions(userId, sessionId);
        note(noteUser(user, `${user.email} changed the password; ${ended} other login(s) ended`, { data: { ended } }));
      });
    },
  }),
  route({
    id: "listSessions",
    method: "get",
    path: "/account/sessions",
    tag,
    summary: "Where you are logged in",
    access,
    rows,
    answer: { status: 200, schema: z.array(sessionView), description: "Newest first" },
    handle: ({ principal, read }) =>
      read(async (store) => {
        const { userId, sessionId } = ownSession(principal);
        const sessions = await store.users.sessions(userId);
        return sessions.map(({ userId: _own, ...session }) => ({ ...session, current: session.id === sessionId }));
      }),
  }),
  route({
    id: "endSession",
    method: "delete",
    path: "/account/sessions/{session}",
    tag,
    summary: "End one of your logins",
    access,
    rows,
    audit: "session.revoked",
    params: z.object({ session: z.uuid("a session id") }),
    answer: { status: 204, description: "It has ended" },
    handle: ({ principal, params, change }) =>
      change(async (store, note) => {
        const user = await store.users.get(ownSession(principal).userId);
        const ended = await store.users.endSession(user.id, params.session);
        if (!ended) throw new AppError("not_found", "there is no such login of yours");
        note(noteUser(user, `${user.email} ended a login`, { data: { session: params.session } }));
      }),
  }),
  route({
    id: "endOtherSessions",
    method: "delete",
    path: "/account/sessions",
    tag,
    summary: "End all your logins but this one",
    access,
    rows,
    audit: "session.revoked",
    answer: { status: 200, schema: z.object({ ended: z.number() }), description: "How many there were" },
    handle: ({ principal, change }) =>
      change(async (store, note) => {
        const { userId, sessionId } = ownSession(principal);
        const user = await store.users.get(userId);
        const ended = await store.users.endSessions(userId, sessionId);
        note(noteUser(user, `${user.email} ended ${ended} other login(s)`, { data: { ended } }));
        return { ended };
      }),
  }),
  route({
    id: "getJwt",
    method: "get",
    path: "/account/jwt",
    tag,
    summary: "A JWT for this login, good for a quarter of an hour; the public keys are at /api/auth/jwks",
    access,
    answer: { status: 200, schema: jwtView, description: "For `Authorization: Bearer`; ends with the login" },
    async handle(call) {
      const response = await asCaller(call, (library, headers) => library.api.getToken({ headers, asResponse: true }));
      const { token } = (await response.json()) as { token: string };
      const payload = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp: number };
      return { jwt: token, expiresAt: new Date(payload.exp * 1000).toISOString() };
    },
  }),
];
