import type { AccessSettings, AccessSettingsInput } from "@agentpod/core/api/access-settings-view";
import type {
  LoginAnswer,
  LoginOptions,
  LoginRequest,
  RegisterRequest,
  TwoFactorLoginRequest,
  TwoFactorSetup,
} from "@agentpod/core/api/account-view";
import type { CreateGuestPodRequest, GuestPodView, GuestTemplateView } from "@agentpod/core/api/guest-view";
import type {
  CreatedInvitation,
  CreateInvitationRequest,
  InvitationLook,
  InvitationView,
  RegisterByInvitationRequest,
} from "@agentpod/core/api/invitation-view";
import type { MemberView } from "@agentpod/core/api/member-view";
import type { CreatedUser, CreateUserRequest, OneTimeLink, SessionView, UserView } from "@agentpod/core/api/user-view";
import type { TenantRole } from "@agentpod/core/permission";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;

/** The part of the API that is about people: ways in, one's own account, users, members of tenants and invitations. */
export function peopleCalls(transport: Transport) {
  const get = <T>(path: string) => transport.json<T>("GET", path);
  const post = <T>(path: string, json: unknown = {}) => transport.json<T>("POST", path, { json });
  const put = <T>(path: string, json: unknown) => transport.json<T>("PUT", path, { json });
  const remove = <T = undefined>(path: string) => transport.json<T>("DELETE", path);
  const members = (tenant: string) => `/tenants/${enc(tenant)}/members`;
  const invitations = (tenant: string) => `/tenants/${enc(tenant)}/invitations`;
  return {
    login: {
      options: () => get<LoginOptions>("/login"),
      password: (body: LoginRequest) => post<LoginAnswer>("/login", body),
      secondFactor: (body: TwoFactorLoginRequest) => post<LoginAnswer>("/login/two-factor", body),
      /** Where to send the browser; `next` is a path of AgentPod to come back to. */
      signOn: (provider: string, next: string) => post<{ url: string }>(`/login/${enc(provider)}`, { next }),
      register: (body: RegisterRequest) => post<LoginAnswer>("/register", body),
      resetPassword: (secret: string, password: string) => post<undefined>("/password-reset", { secret, password }),
      end: () => post<undefined>("/logout"),
    },
    account: {
      get: () => get<UserView>("/account"),
      rename: (name: string) => transport.json<UserView>("PATCH", "/account", { json: { name } }),
      changePassword: (current: string, password: string) => post<undefined>("/account/password", { current, password }),
      sessions: () => get<SessionView[]>("/account/sessions"),
      endSession: (id: string) => remove(`/account/sessions/${enc(id)}`),
      endOtherSessions: () => remove<{ ended: number }>("/account/sessions"),
      setUpTwoFactor: (password: string) => post<TwoFactorSetup>("/account/two-factor", { password }),
      /** Both end the login they are made with: its successor's token is given, null to browsers. */
      confirmTwoFactor: (code: string) => post<{ token: string | null }>("/account/two-factor/confirm", { code }),
      disableTwoFactor: (password: string) => post<{ token: string | null }>("/account/two-factor/disable", { password }),
    },
    users: {
      list: () => get<UserView[]>("/users"),
      create: (body: CreateUserRequest) => post<CreatedUser>("/users", body),
      setPlatformAdmin: (user: string, platformAdmin: boolean) => put<undefined>(`/users/${enc(user)}/platform-admin`, { platformAdmin }),
      disable: (user: string) => post<undefined>(`/users/${enc(user)}/disable`),
      enable: (user: string) => post<undefined>(`/users/${enc(user)}/enable`),
      passwordLink: (user: string) => post<OneTimeLink>(`/users/${enc(user)}/password-reset`),
      removeTwoFactor: (user: string) => remove(`/users/${enc(user)}/two-factor`),
      endSessions: (user: string) => remove(`/users/${enc(user)}/sessions`),
      delete: (user: string) => remove(`/users/${enc(user)}`),
    },
    /** Who may come in without an invitation. */
    access: {
      get: () => get<AccessSettings>("/settings/access"),
      set: (settings: AccessSettingsInput) => put<AccessSettings>("/settings/access", settings),
    },
    /** For visitors without a login. */
    guests: {
      templates: () => get<GuestTemplateView[]>("/guest/templates"),
      create: (body: CreateGuestPodRequest) => post<GuestPodView>("/guest/pods", body),
      get: (pod: string) => get<GuestPodView>(`/guest/pods/${enc(pod)}`),
    },
    members: {
      list: (tenant: string) => get<MemberView[]>(members(tenant)),
      setRole: (tenant: string, user: string, role: TenantRole) => put<undefined>(`${members(tenant)}/${enc(user)}`, { role }),
      remove: (tenant: string, user: string) => remove(`${members(tenant)}/${enc(user)}`),
    },
    invitations: {
      list: (tenant: string) => get<InvitationView[]>(invitations(tenant)),
      create: (tenant: string, body: CreateInvitationRequest) => post<CreatedInvitation>(invitations(tenant), body),
      revoke: (tenant: string, id: string) => remove(`${invitations(tenant)}/${enc(id)}`),
      look: (secret: string) => post<InvitationLook>("/invitations/look", { secret }),
      accept: (secret: string) => post<undefined>("/invitations/accept", { secret }),
      register: (body: RegisterByInvitationRequest) => post<LoginAnswer>("/invitations/register", body),
    },
  };
}
