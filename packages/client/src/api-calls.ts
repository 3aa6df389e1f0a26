import type { CertificateView, UploadCertificateRequest } from "@agentpod/core/api/certificate-view";
import type { AddDnsProviderRequest, DnsProviderKindView, DnsProviderView } from "@agentpod/core/api/dns-provider-view";
import type { DomainSummary, DomainView, VerifyDomainRequest } from "@agentpod/core/api/domain-view";
import type { GatewayChoiceInput, GatewayView, UsedGateway } from "@agentpod/core/api/gateway-view";
import type { InstallationView } from "@agentpod/core/api/installation-view";
import type { LogSummaryView } from "@agentpod/core/api/log-view";
import type { DoctorLine, PlannedAction, PlatformHealth } from "@agentpod/core/api/platform-view";
import type { CreatePodRequest, UpdatePodRequest } from "@agentpod/core/api/pod-request";
import type { PatchRouteRequest, PodRouteView } from "@agentpod/core/api/pod-route-view";
import type { PodHealth, PodLogLine, PodSummary, PodView, RevisionView, UnitStatsView } from "@agentpod/core/api/pod-view";
import type { ArtifactView, TemplateView } from "@agentpod/core/api/template-view";
import type { CreateTenantRequest, TenantStatus, TenantView } from "@agentpod/core/api/tenant-view";
import type { CreateTokenRequest, NewTokenView, TokenView, WhoamiView } from "@agentpod/core/api/token-view";
import type { AgentPodEvent } from "@agentpod/core/event";
import type { LogLevel } from "@agentpod/core/log-level";
import type { AccessLogLine } from "@agentpod/core/route-table";
import type { Template } from "@agentpod/core/template";
import { adoptCalls } from "./adopt-calls.ts";
import { agentCalls } from "./agent-calls.ts";
import { alertCalls } from "./alert-calls.ts";
import { auditCalls } from "./audit-calls.ts";
import { backupCalls } from "./backup-calls.ts";
import { cleanUpCalls } from "./clean-up-calls.ts";
import { databaseCalls } from "./database-calls.ts";
import { deploymentCalls } from "./deployment-calls.ts";
import { deploymentHookCalls } from "./deployment-hook-calls.ts";
import { fileCalls } from "./file-calls.ts";
import { handOverCalls } from "./hand-over-calls.ts";
import { llmCalls } from "./llm-calls.ts";
import { metricCalls } from "./metric-calls.ts";
import { operationCalls } from "./operation-calls.ts";
import { podBackupCalls } from "./pod-backup-calls.ts";
import { readLines } from "./read-lines.ts";
import { sourceCalls } from "./source-calls.ts";
import type { Transport } from "./transport.ts";
import { upgradeCalls } from "./upgrade-calls.ts";
import { type WatchQuery, watchEvents } from "./watch-events.ts";

export interface AccessLogQuery {
  route?: string;
  tail?: number;
  follow?: boolean;
  /** RFC 3339. */
  since?: string;
  /** `404`, or a class such as `4xx`. */
  status?: string;
  method?: string;
  /** Part of the path. */
  path?: string;
  client?: string;
  host?: string;
}

export interface LogsQuery {
  unit?: string;
  follow?: boolean;
  tail?: number;
  /** RFC 3339. */
  since?: string;
  /** Part of the line, in whatever case. */
  search?: string;
  /** As bad as this, or worse. */
  level?: LogLevel;
}

const enc = encodeURIComponent;
const owned = (tenant: string | null) => (tenant === null ? "" : `/tenants/${enc(tenant)}`);
const domainsPath = (tenant: string) => `${owned(tenant)}/domains`;
const podPath = (tenant: string, pod: string) => `/tenants/${enc(tenant)}/pods/${enc(pod)}`;

/** The API as typed calls, over any transport. Every one throws AppError: the server's code and sentence, or `unavailable`. */
export type ApiCalls = ReturnType<typeof apiCalls>;

export function apiCalls(transport: Transport) {
  const get = <T>(path: string, query = {}) => transport.json<T>("GET", path, { query });
  const post = <T>(path: string, json: unknown = {}, query = {}) => transport.json<T>("POST", path, { json, query });
  const lines = async function* <T>(path: string, query: object, signal?: AbortSignal): AsyncGenerator<T> {
    const stream = await transport.stream("GET", path, { query: { ...query }, ...(signal === undefined ? {} : { signal }) });
    yield* readLines<T>(stream, signal);
  };
  return {
    baseUrl: transport.options.baseUrl,
    health: () => get<PlatformHealth>("/health"),
    whoami: () => get<WhoamiView>("/whoami"),
    doctor: () => get<DoctorLine[]>("/doctor"),
    installation: () => get<InstallationView>("/installation"),
    reconcile: (dryRun: boolean) => post<PlannedAction[]>("/reconcile", undefined, { dryRun }),
    accessLog: (query: AccessLogQuery, signal?: AbortSignal) => lines<AccessLogLine>("/gateway/access-log", query, signal),
    gateway: {
      view: () => get<GatewayView>("/gateway"),
      /** One that asks for its configuration itself comes with the endpoint and its token. */
      use: (choice: GatewayChoiceInput) => transport.json<UsedGateway>("PUT", "/gateway", { json: choice }),
    },
    tenants: {
      create: (body: CreateTenantRequest) => post<TenantView>("/tenants", body),
      list: () => get<TenantView[]>("/tenants"),
      status: (tenant: string) => get<TenantStatus>(`/tenants/${enc(tenant)}/status`),
      delete: (tenant: string, force: boolean) => transport.json<TenantView>("DELETE", `/tenants/${enc(tenant)}`, { query: { force } }),
    },
    templates: {
      list: () => get<TemplateView[]>("/templates"),
      get: (name: string, query: { tenant?: string; version?: number } = {}) => get<TemplateView>(`/templates/${enc(name)}`, query),
      apply: (template: Template, tenant?: string) =>
        transport.json<TemplateView>("PUT", `/templates/${enc(template.name)}`, { json: template, query: { tenant } }),
    },
    artifacts: {
      upload: (tar: Buffer, tenant?: string) =>
        transport.json<ArtifactView>("POST", "/artifacts", {
          body: tar,
          query: { tenant },
          headers: { "content-type": "application/x-tar" },
        }),
    },
    pods: {
      create: (tenant: string, body: CreatePodRequest) => post<PodView>(`/tenants/${enc(tenant)}/pods`, body),
      list: (tenant?: string) => get<PodSummary[]>("/pods", { tenant }),
      get: (tenant: string, pod: string) => get<PodView>(podPath(tenant, pod)),
      update: (tenant: string, pod: string, body: UpdatePodRequest) =>
        transport.json<PodView>("PATCH", podPath(tenant, pod), { json: body }),
      /** Undefined: as is usual, its data goes; an adopted pod is then refused, for that must be said. */
      delete: (tenant: string, pod: string, keepData?: boolean) =>
        transport.json<PodView>("DELETE", podPath(tenant, pod), { query: { keepData: keepData?.toString() } }),
      start: (tenant: string, pod: string) => post<PodView>(`${podPath(tenant, pod)}/start`),
      stop: (tenant: string, pod: string) => post<PodView>(`${podPath(tenant, pod)}/stop`),
      sleep: (tenant: string, pod: string) => post<PodView>(`${podPath(tenant, pod)}/sleep`),
      restart: (tenant: string, pod: string) => post<PodView>(`${podPath(tenant, pod)}/restart`),
      revisions: (tenant: string, pod: string) => get<RevisionView[]>(`${podPath(tenant, pod)}/revisions`),
      rollback: (tenant: string, pod: string, generation: number) => post<PodView>(`${podPath(tenant, pod)}/rollback`, { generation }),
      health: (tenant: string, pod: string) => get<PodHealth>(`${podPath(tenant, pod)}/health`),
      stats: (tenant: string, pod: string) => get<UnitStatsView[]>(`${podPath(tenant, pod)}/stats`),
      logs: (tenant: string, pod: string, query: LogsQuery, signal?: AbortSignal) =>
        lines<PodLogLine>(`${podPath(tenant, pod)}/logs`, query, signal),
      /** Since when, as RFC 3339; the last 24 hours unless said. */
      logSummary: (tenant: string, pod: string, since?: string) => get<LogSummaryView>(`${podPath(tenant, pod)}/logs/summary`, { since }),
      revealSecret: (tenant: string, pod: string, secret: string) =>
        post<{ name: string; value: string }>(`${podPath(tenant, pod)}/secrets/${enc(secret)}/reveal`),
    },
    ...handOverCalls(transport),
    databases: databaseCalls(transport),
    files: fileCalls(transport),
    sources: sourceCalls(transport),
    deployments: deploymentCalls(transport),
    deploymentHooks: deploymentHookCalls(transport),
    operations: operationCalls(transport),
    upgrades: upgradeCalls(transport),
    agents: agentCalls(transport),
    events: {
      /** A page: the newest, newest first; or after a cursor, oldest first. */
      list: (query: { tenant?: string; pod?: string; after?: string; limit?: number }) => get<AgentPodEvent[]>("/events", query),
      watch: (query: WatchQuery) => watchEvents(transport, query),
    },
    audit: auditCalls(transport),
    backups: backupCalls(transport),
    cleanUps: cleanUpCalls(transport),
    podBackups: podBackupCalls(transport),
    adoption: adoptCalls(transport),
    alerts: alertCalls(transport),
    metrics: metricCalls(transport),
    ...llmCalls(transport),
    domains: {
      add: (tenant: string, name: string) => post<DomainView>(domainsPath(tenant), { name }),
      list: (tenant: string) => get<DomainSummary[]>(domainsPath(tenant)),
      get: (tenant: string, name: string) => get<DomainView>(`${domainsPath(tenant)}/${enc(name)}`),
      verify: (tenant: string, name: string, body: VerifyDomainRequest = {}) =>
        post<DomainView>(`${domainsPath(tenant)}/${enc(name)}/verify`, body),
      remove: (tenant: string, name: string) => transport.json<undefined>("DELETE", `${domainsPath(tenant)}/${enc(name)}`),
    },
    routes: {
      list: (tenant: string, pod: string) => get<PodRouteView[]>(`${podPath(tenant, pod)}/routes`),
      set: (tenant: string, pod: string, index: number, body: PatchRouteRequest) =>
        transport.json<PodRouteView>("PATCH", `${podPath(tenant, pod)}/routes/${index}`, { json: body }),
    },
    /** Null as a tenant: the installation's own, and those of every tenant in lists. */
    certificates: {
      list: (tenant: string | null) => get<CertificateView[]>(`${owned(tenant)}/certificates`),
      upload: (tenant: string | null, body: UploadCertificateRequest) => post<CertificateView>(`${owned(tenant)}/certificates`, body),
      renew: (tenant: string | null, id: string) => post<CertificateView>(`${owned(tenant)}/certificates/${enc(id)}/renew`),
      delete: (tenant: string | null, id: string) => transport.json<undefined>("DELETE", `${owned(tenant)}/certificates/${enc(id)}`),
      /** PEM of the local authority. */
      authority: async () => (await transport.text("GET", "/certificates/authority")).trim(),
    },
    dnsProviders: {
      kinds: () => get<DnsProviderKindView[]>("/dns-provider-kinds"),
      list: (tenant: string | null) => get<DnsProviderView[]>(`${owned(tenant)}/dns-providers`),
      add: (tenant: string | null, body: AddDnsProviderRequest) => post<DnsProviderView>(`${owned(tenant)}/dns-providers`, body),
      remove: (tenant: string | null, name: string) => transport.json<undefined>("DELETE", `${owned(tenant)}/dns-providers/${enc(name)}`),
    },
    tokens: {
      create: (body: CreateTokenRequest) => post<NewTokenView>("/tokens", body),
      list: () => get<TokenView[]>("/tokens"),
      delete: (id: string) => transport.json<undefined>("DELETE", `/tokens/${enc(id)}`),
    },
    /** Ends open streams and idle connections. */
    close: () => transport.close(),
  };
}
