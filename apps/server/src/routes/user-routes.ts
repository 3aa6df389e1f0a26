import {
  createdUser,
  createUserRequest,
  oneTimeLink,
  platformAdminRequest,
  renameUserRequest,
  userView,
} from "@agentpod/core/api/user-view";
import type { Permission } from "@agentpod/core/permission";
import type { Store } from "@agentpod/core/store";
import type { User } from "@agentpod/core/user";
import { z } from "zod";
import { needs } from "../auth/access.ts";
import { findUser } from "../users/find-user.ts";
import { hashPassword } from "../users/hash-password.ts";
import { noteUser } from "../users/note-user.ts";
import { passwordLink } from "../users/password-link.ts";
import { type Call, route } from "./route.ts";

const tag = "Users";
const permission: Permission = "user.manage";
const access = needs(permission);
const rows = "system" as const;
const params = z.object({ user: z.string().max(254) });

interface UserParams {
  user: string;
}

/** A change of one user, written down. */
const changeUser = (
  { params, change }: Pick<Call<UserParams>, "params" | "change">,
  words: string,
  work: (store: Store, user: User) => Promise<unknown>,
) =>
  change(async (store, note) => {
    const user = await findUser(store, params.user);
    await work(store, user);
    note(noteUser(user, `user ${user.email} ${words}`));
  });

export const userRoutes = [
  route({
    id: "listUsers",
    method: "get",
    path: "/users",
    tag,
    summary: "List all users",
    access,
    rows,
    answer: { status: 200, schema: z.array(userView), description: "By email address" },
    handle: ({ read }) => read((store) => store.users.list()),
  }),
  route({
    id: "createUser",
    method: "post",
    path: "/users",
    tag,
    summary: "Create a user; without a password the answer holds a link to choose one",
    access,
    rows,
    audit: "user.created",
    body: createUserRequest,
    answer: { status: 201, schema: createdUser, description: "The user" },
    async handle({ body, deps, change }) {
      const passwordHash = body.password === undefined ? null : await hashPassword(body.password);
      const { email, platformAdmin, name = email.split("@")[0] ?? email } = body;
      const user = await change(async (store, note) => {
        const made = await store.users.insert({ name, email, passwordHash, platformAdmin, vouched: true });
        note(
          noteUser(made, `user ${made.email} created${platformAdmin ? " as admin of the installation" : ""}`, { data: { platformAdmin } }),
        );
        return made;
      });
      return { user, passwordLink: passwordHash === null ? await passwordLink(deps, user) : null };
    },
  }),
  route({
    id: "getUser",
    method: "get",
    path: "/users/{user}",
    tag,
    summary: "One user, by id or email address",
    access,
    rows,
    params,
    answer: { status: 200, schema: userView, description: "The user" },
    handle: ({ params, read }) => read((store) => findUser(store, params.user)),
  }),
  route({
    id: "renameUser",
    method: "patch",
    path: "/users/{user}",
    tag,
    summary: "Change a user's name",
    access,
    rows,
    audit: "user.updated",
    params,
    body: renameUserRequest,
    answer: { status: 204, description: "It is changed" },
    handle: (call) => changeUser(call, `is now called ${call.body.name}`, (store, user) => store.users.rename(user.id, call.body.name)),
  }),
  route({
    id: "setPlatformAdmin",
    method: "put",
    path: "/users/{user}/platform-admin",
    tag,
    summary: "Make a user admin of the whole installation, or no longer",
    access,
    rows,
    audit: "role.changed",
    params,
    body: platformAdminRequest,
    answer: { status: 204, description: "It is so" },
    handle: (call) =>
      changeUser(call, call.body.platformAdmin ? "is admin of the installation" : "is no longer admin of the installation", (store, user) =>
        store.users.setPlatformAdmin(user.id, call.body.platformAdmin),
      ),
  }),
  route({
    id: "disableUser",
    method: "post",
    path: "/users/{user}/disable",
    tag,
    summary: "Keep a user out: logins end at once, tokens do nothing",
    access,
    rows,
    audit: "user.disabled",
    params,
    answer: { status: 204, description: "The user is out" },
    handle: (call) => changeUser(call, "disabled", (store, user) => store.users.setDisabled(user.id, true)),
  }),
  route({
    id: "enableUser",
    method: "post",
    path: "/users/{user}/enable",
    tag,
    summary: "Let a user in again",
    access,
    rows,
    audit: "user.enabled",
    params,
    answer: { status: 204, description: "The user may log in" },
    handle: (call) => changeUser(call, "enabled", (store, user) => store.users.setDisabled(user.id, false)),
  }),
  route({
    id: "makePasswordLink",
    method: "post",
    path: "/users/{user}/password-reset",
    tag,
    summary: "A link by which the user chooses a new password, once, within a day",
    access,
    rows,
    audit: "user.password_link_made",
    params,
    answer: { status: 200, schema: oneTimeLink, description: "Give it to the user alone" },
    async handle({ params, deps, change, read }) {
      const user = await read((store) => findUser(store, params.user));
      const link = await passwordLink(deps, user);
      await change(async (_store, note) => note(noteUser(user, `a link to choose a password was made for ${user.email}`)));
      return link;
    },
  }),
  route({
    id: "removeTwoFactor",
    method: "delete",
    path: "/users/{user}/two-factor",
    tag,
    summary: "Take away the second factor of a user who has lost it; their logins end",
    access,
    rows,
    audit: "user.two_factor_disabled",
    params,
    answer: { status: 204, description: "The password alone is asked for" },
    handle: (call) =>
      changeUser(call, "has no second factor any more", async (store, user) => {
        await store.users.removeTwoFactor(user.id);
        await store.users.endSessions(user.id, null);
      }),
  }),
  route({
    id: "endUserSessions",
    method: "delete",
    path: "/users/{user}/sessions",
    tag,
    summary: "End every login of a user",
    access,
    rows,
    audit: "session.revoked",
    params,
    answer: { status: 204, description: "They have ended" },
    handle: (call) => changeUser(call, "was logged out everywhere", (store, user) => store.users.endSessions(user.id, null)),
  }),
  route({
    id: "deleteUser",
    method: "delete",
    path: "/users/{user}",
    tag,
    summary: "Delete a user with their logins, tokens and memberships; what they did stays in the event log",
    access,
    rows,
    audit: "user.deleted",
    params,
    answer: { status: 204, description: "Gone" },
    handle: (call) => changeUser(call, "deleted", (store, user) => store.users.delete(user.id)),
  }),
];
