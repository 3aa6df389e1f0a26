import { queryOptions } from "@tanstack/react-query";
import { api } from "./client.ts";

/**
 * Every question to the API by its key. Nothing is asked again by a clock: `api/live.ts` says when something changed.
 */
export const queries = {
  whoami: () => queryOptions({ queryKey: ["whoami"], queryFn: api.whoami, retry: false }),
  loginOptions: () => queryOptions({ queryKey: ["login-options"], queryFn: api.login.options }),
  pods: () => queryOptions({ queryKey: ["pods"], queryFn: () => api.pods.list() }),
  pod: (tenant: string, pod: string) => queryOptions({ queryKey: ["pod", tenant, pod], queryFn: () => api.pods.get(tenant, pod) }),
  revisions: (tenant: string, pod: string) =>
    queryOptions({ queryKey: ["pod", tenant, pod, "revisions"], queryFn: () => api.pods.revisions(tenant, pod) }),
  routes: (tenant: string, pod: string) =>
    queryOptions({ queryKey: ["pod", tenant, pod, "routes"], queryFn: () => api.routes.list(tenant, pod) }),
  stats: (tenant: string, pod: string) =>
    queryOptions({ queryKey: ["pod", tenant, pod, "stats"], queryFn: () => api.pods.stats(tenant, pod) }),
  tenants: () => queryOptions({ queryKey: ["tenants"], queryFn: api.tenants.list }),
  templates: () => queryOptions({ queryKey: ["templates"], queryFn: api.templates.list }),
  /** A version never changes. */
  templateVersion: (name: string, version: number, tenant: string) =>
    queryOptions({ queryKey: ["template", name, version, tenant], queryFn: () => api.templates.get(name, { version, tenant }) }),
  events: (scope: { tenant?: string; pod?: string } = {}) =>
    queryOptions({ queryKey: ["events", scope], queryFn: () => api.events.list({ ...scope, limit: 200 }) }),
  domains: (tenant: string) => queryOptions({ queryKey: ["domains", tenant], queryFn: () => api.domains.list(tenant) }),
  domain: (tenant: string, name: string) =>
    queryOptions({ queryKey: ["domains", tenant, name], queryFn: () => api.domains.get(tenant, name) }),
  certificates: (tenant: string | null) =>
    queryOptions({ queryKey: ["certificates", tenant], queryFn: () => api.certificates.list(tenant) }),
  doctor: () => queryOptions({ queryKey: ["doctor"], queryFn: api.doctor }),
  installation: () => queryOptions({ queryKey: ["installation"], queryFn: api.installation }),
  accessSettings: () => queryOptions({ queryKey: ["access-settings"], queryFn: api.access.get }),
  gateway: () => queryOptions({ queryKey: ["gateway"], queryFn: api.gateway.view }),
  dnsProviders: (tenant: string | null) =>
    queryOptions({ queryKey: ["dns-providers", tenant], queryFn: () => api.dnsProviders.list(tenant) }),
  dnsProviderKinds: () => queryOptions({ queryKey: ["dns-provider-kinds"], queryFn: api.dnsProviders.kinds }),
  users: () => queryOptions({ queryKey: ["users"], queryFn: api.users.list }),
  sessions: () => queryOptions({ queryKey: ["sessions"], queryFn: api.account.sessions }),
  members: (tenant: string) => queryOptions({ queryKey: ["members", tenant], queryFn: () => api.members.list(tenant) }),
  invitations: (tenant: string) => queryOptions({ queryKey: ["invitations", tenant], queryFn: () => api.invitations.list(tenant) }),
  tokens: () => queryOptions({ queryKey: ["tokens"], queryFn: api.tokens.list }),
};
