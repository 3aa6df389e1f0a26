import type { AdoptedUnit } from "./adopt.ts";
import type { AdoptionStore } from "./adopt-store.ts";
import type { AlertChannelStore, AlertRuleStore, AlertStore } from "./alert-store.ts";
import type { AuditStore } from "./audit-store.ts";
import type { AcmeChallenge, Certificate, CertificateFacts, CertificateSource, DnsProvider, DnsProviderKind } from "./certificate.ts";
import type { CleanUpStore } from "./clean-up-store.ts";
import type { CustomerAccessStore } from "./customer-access.ts";
import type { DeploymentHookStore } from "./deployment-hook.ts";
import type { DeploymentStore } from "./deployment-store.ts";
import type { Domain, DomainMethod } from "./domain.ts";
import type { AgentPodEvent, NewEvent } from "./event.ts";
import type { ServedCertificate } from "./gateway-tls.ts";
import type { GitRemoteStore } from "./git-remote.ts";
import type { HandOverStore } from "./hand-over.ts";
import type { LlmCallStatements, LlmKeyStore, LlmProviderStore, LlmUsageStore } from "./llm/llm-store.ts";
import type { MetricStore } from "./metric-store.ts";
import type { OperationStore } from "./operation-store.ts";
import type { Permission } from "./permission.ts";
import type { Desired, NewPod, Pod, PodRevision } from "./pod.ts";
import type { PodSpec } from "./pod-spec.ts";
import type { PreviewStore } from "./preview-store.ts";
import type { RoutePolicies } from "./route-policies.ts";
import type { RouteState, RouteTable, Upstream } from "./route-table.ts";
import type { PodStatus } from "./status.ts";
import type { MadeTemplateVersion, Template } from "./template.ts";
import type { Quota, Tenant } from "./tenant.ts";
import type { AttemptStore, InvitationStore, MemberStore, PlatformSecretStore, UserStore } from "./user-store.ts";
import type { BackupScheduleStore, BackupTargetStore, VolumeBackupStore } from "./volume-backup-store.ts";

/**
 * What the server keeps. Implemented by packages/db on PostgreSQL. `find*` may give null, `get*` throws `not_found`;
 * inserts throw `conflict` where the name is taken. A database that does not answer gives `unavailable`.
 */
export interface Database {
  /** One transaction as the application role: row-level security shows and admits these tenants (ids) only. */
  asTenants<T>(tenants: "*" | readonly string[], work: (store: Store) => Promise<T>): Promise<T>;
  /** One transaction as the system role: all rows. For the reconciler and for finding a token's owner. */
  asSystem<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Leases of pods as the system role: each call is one statement and a transaction of its own. */
  leases: Pick<PodStore, "claim" | "holds" | "release">;
  /** Calls of models, likewise. */
  llmCalls: LlmCallStatements;
  /** Notifications of one channel on a direct connection of its own. Throws `unavailable` when it breaks: sweep, then listen again. `onListening` is called once subscribed. */
  listen(channel: Channel, signal: AbortSignal, onListening?: () => void): AsyncIterable<string>;
  /** For doctor: server version, the role in use, and the database's clock (ISO 8601). */
  info(): Promise<{ version: string; embedded: boolean; role: string; bypassesRls: boolean; now: string }>;
  close(): Promise<void>;
}

/** `pods`: payload is a pod id, sent by a trigger when intent changes. `events`: payload empty. `routes`: payload is the table version. `certificates`: payload empty; domains, certificates, providers or routed hosts changed. */
export type Channel = "pods" | "events" | "routes" | "certificates";

export interface Store {
  tenants: TenantStore;
  pods: PodStore;
  routes: RouteStore;
  allocations: AllocationStore;
  secrets: SecretStore;
  templates: TemplateStore;
  artifacts: ArtifactStore;
  cleanUp: CleanUpStore;
  tokens: TokenStore;
  events: EventStore;
  audit: AuditStore;
  alerts: AlertStore;
  alertChannels: AlertChannelStore;
  alertRules: AlertRuleStore;
  metrics: MetricStore;
  operations: OperationStore;
  deployments: DeploymentStore;
  deploymentHooks: DeploymentHookStore;
  gitRemotes: GitRemoteStore;
  previews: PreviewStore;
  settings: SettingStore;
  domains: DomainStore;
  certificates: CertificateStore;
  acme: AcmeStore;
  dnsProviders: DnsProviderStore;
  users: UserStore;
  members: MemberStore;
  invitations: InvitationStore;
  handOvers: HandOverStore;
  customerAccesses: CustomerAccessStore;
  attempts: AttemptStore;
  platformSecrets: PlatformSecretStore;
  backupTargets: BackupTargetStore;
  volumeBackups: VolumeBackupStore;
  backupSchedules: BackupScheduleStore;
  adoptions: AdoptionStore;
  llmProviders: LlmProviderStore;
  llmKeys: LlmKeyStore;
  llmUsage: LlmUsageStore;
}

export interface TenantStore {
  insert(tenant: { name: string; quota: Quota }): Promise<Tenant>;
  find(name: string): Promise<Tenant | null>;
  get(name: string): Promise<Tenant>;
  list(): Promise<Tenant[]>;
  markDeleting(id: string): Promise<void>;
  /** `conflict` while pods remain. Deletes templates, tokens and secrets of the tenant; events stay. */
  delete(id: string): Promise<void>;
}

export interface PodStore {
  /** Row and first revision, generation 1, desired running. */
  insert(pod: NewPod): Promise<Pod>;
  find(tenant: string, name: string): Promise<Pod | null>;
  get(tenant: string, name: string): Promise<Pod>;
  getById(id: string): Promise<Pod>;
  /** By tenant and pod name; `tenant` is a tenant name. */
  list(filter: { tenant?: string }): Promise<Pod[]>;
  /** New revision, generation + 1. `conflict` when `expectedGeneration` is given and no longer true. */
  updateSpec(
    id: string,
    change: { spec: PodSpec; inputs: Record<string, unknown>; template: Pod["template"]; actor: string; expectedGeneration?: number },
  ): Promise<Pod>;
  /** Generation + 1. A pod that is `deleted` stays so: `conflict`; likewise when `expectedGeneration` is given and no longer true. `wakeAt`: with `sleeping`, when it is to be woken. */
  setDesired(id: string, desired: Desired, keepData?: boolean, expectedGeneration?: number, wakeAt?: string | null): Promise<Pod>;
  /** restarts + 1, generation + 1. */
  restart(id: string): Promise<Pod>;
  /** Generation + 1: it stands still for this operation; again: no effect. `conflict` while it does for another, or is being deleted. System role. */
  hold(id: string, by: string): Promise<Pod>;
  /** New copies of volumes to be filled while it stands still for this operation; else no effect. Generation + 1. System role. */
  fillCopies(id: string, by: string, copies: Pod["volumeCopies"]): Promise<Pod>;
  /** With `use` what was filled counts from now on. Generation + 1. Again, or where it stands still for another: no effect. System role. */
  unhold(id: string, by: string, use: boolean): Promise<Pod>;
  /** Those that stand still, and for what. System role. */
  held(): Promise<{ id: string; by: string }[]>;
  revisions(id: string): Promise<PodRevision[]>;

  /** Everything the planner needs of the database for these pods (null: all), in a fixed number of queries. */
  facts(ids: readonly string[] | null): Promise<PodFacts[]>;
  /** Takes or renews the pod's lease; null while another owner holds it. The epoch grows when the owner changes. */
  claim(id: string, owner: string, seconds: number): Promise<{ epoch: number } | null>;
  /** True while this owner at this epoch holds the lease. */
  holds(id: string, owner: string, epoch: number): Promise<boolean>;
  release(id: string, owner: string): Promise<void>;
  /** False when generation or lease have moved on: nothing was written. */
  saveStatus(id: string, owner: string, epoch: number, generation: number, status: PodStatus): Promise<boolean>;
  /** Deletes the row with routes, allocations, secrets; leaves a tombstone. */
  forget(id: string): Promise<void>;
  /** Which of these pod ids have a tombstone; with `keepData` its volumes are not to be reaped. */
  tombstones(ids: readonly string[]): Promise<{ pod: string; keepData: boolean }[]>;
}

export interface PodFacts {
  pod: Pod;
  allocations: Allocation[];
  routes: RouteRow[];
  /** Secret name → revision; values are never loaded for planning. */
  secrets: Record<string, number>;
  /** The container that was taken over for it; absent: none was. */
  adoption?: AdoptedUnit;
}

export interface Allocation {
  /** `port` loopback port of a unit; `subnet` index into the pod address pool; `uid`; `public_port` of a route. */
  kind: "port" | "subnet" | "uid" | "public_port";
  value: number;
  /** Empty for subnet and uid; `<unit>/<revision>/<port>` for port; route id for public_port. */
  purpose: string;
}

export interface AllocationStore {
  /** `conflict` when another pod has the value on this server. The same again: no effect. */
  insert(pod: string, server: string, allocation: Allocation): Promise<void>;
  delete(pod: string, allocation: Allocation): Promise<void>;
  /** Values in use on a server, in no order. One query. */
  used(server: string): Promise<Record<Allocation["kind"], number[]>>;
}

export interface RouteRow {
  id: string;
  /** Position in the spec's `routes`. */
  index: number;
  unit: string;
  port: string;
  hosts: string[];
  path: string;
  publicPort: number | null;
  timeoutSeconds: number;
  drainSeconds: number;
  policies: RoutePolicies | null;
  split: { pod: string; percent: number } | null;
  wake: boolean;
  wakeSeconds: number;
  state: RouteState;
  message: string;
  upstreams: Upstream[];
  /** Table version at which this row last changed. */
  version: number;
}

export interface RouteStore {
  /** Makes the pod's rows match: by index; ids stay where the index stays; `conflict` names the host that is taken. */
  replace(
    pod: string,
    routes: Pick<
      RouteRow,
      "index" | "unit" | "port" | "hosts" | "path" | "timeoutSeconds" | "drainSeconds" | "policies" | "split" | "wake" | "wakeSeconds"
    >[],
  ): Promise<RouteRow[]>;
  /** Which of these hosts are taken, by any tenant (answers yes or no, never whose). */
  taken(hosts: readonly string[]): Promise<string[]>;
  /** Sets what is served; gives the new table version. Unchanged: the version as it is. */
  set(id: string, target: { state: RouteState; message: string; upstreams: Upstream[] }): Promise<number>;
  setPublicPort(id: string, port: number): Promise<void>;
  /** The whole table at its current version. A split is resolved to the other pod's route; where that pod or path is missing there is none. */
  table(): Promise<RouteTable>;
  /** The pod that a route (id) belongs to, and whether a request may start it; null when the route is gone. For waking. */
  wakeable(id: string): Promise<{ pod: string; desired: Desired; wake: boolean } | null>;
  /** Every host that is routed, with its tenant (id); a host of several routes once. For certificates. */
  hosts(): Promise<{ host: string; tenantId: string }[]>;
}

export interface DomainStore {
  /** `conflict` when this tenant has it already, or a domain that covers or lies below it is verified for another tenant. */
  insert(domain: { tenantId: string; name: string; token: string }): Promise<Domain>;
  find(tenant: string, name: string): Promise<Domain | null>;
  get(tenant: string, name: string): Promise<Domain>;
  list(filter: { tenant?: string }): Promise<Domain[]>;
  /** Verified ones of a tenant (id); none of them is removed before the transaction ends. For rules on hosts that are then routed. */
  holdVerified(tenantId: string): Promise<Domain[]>;
  /** Pending → verified; other tenants' pending rows of it stay and can never be verified meanwhile. `conflict` as for `insert`. */
  markVerified(id: string, method: DomainMethod): Promise<Domain>;
  /** Notes a look that found nothing, or whose finding is gone. */
  noteCheck(id: string, message: string): Promise<void>;
  /** `conflict` while hosts of it are routed to the tenant's pods (the message names one). */
  delete(id: string): Promise<void>;
}

export interface CertificateStore {
  /** Of one tenant (name), of the installation itself (null), or all. */
  list(filter: { tenant?: string | null }): Promise<Certificate[]>;
  find(id: string): Promise<Certificate | null>;
  get(id: string): Promise<Certificate>;
  /** A row that is wanted and not yet issued; the same owner, names and source again gives the row that is there. */
  want(certificate: { tenantId: string | null; names: readonly string[]; source: CertificateSource }): Promise<Certificate>;
  /** Chain and key (encrypted) in one step; failures end, `renewAt` as given. */
  saveIssued(
    id: string,
    issued: CertificateFacts & { chain: string; key: string; renewAt: string | null; challenge: AcmeChallenge | null },
  ): Promise<void>;
  saveFailure(id: string, failure: { message: string; fault: "user" | "system"; nextAttemptAt: string }): Promise<void>;
  /** Makes it due now: failures and waiting are forgotten. */
  renewNow(id: string): Promise<void>;
  saveOcsp(id: string, ocsp: Certificate["ocsp"]): Promise<void>;
  /** Takes or renews the right to work on it; false while another owner holds it. */
  claim(id: string, owner: string, seconds: number): Promise<boolean>;
  release(id: string, owner: string): Promise<void>;
  delete(id: string): Promise<void>;
  /** All that are issued, keys decrypted. System role alone; the caller hands them to the gateway and never logs. */
  served(): Promise<ServedCertificate[]>;
}

/** Accounts and authorities of the installation; keys are encrypted at rest. System role alone. */
export interface AcmeStore {
  /** Account of a directory URL; null before the first. */
  account(directory: string): Promise<{ key: string; url: string | null } | null>;
  saveAccount(directory: string, account: { key: string; url: string | null }): Promise<void>;
  /** The local authority, PEM; null before it was made. */
  localAuthority(): Promise<{ certificate: string; key: string } | null>;
  /** Keeps the first that is given: gives what is stored in the end. */
  saveLocalAuthority(authority: { certificate: string; key: string }): Promise<{ certificate: string; key: string }>;
}

export interface DnsProviderStore {
  /** Credentials are encrypted. `conflict` when the name is taken. */
  insert(provider: {
    tenantId: string | null;
    name: string;
    kind: DnsProviderKind;
    zones: readonly string[];
    credentials: Record<string, string>;
  }): Promise<DnsProvider>;
  /** Of one tenant (name), of the installation itself (null), or all. */
  list(filter: { tenant?: string | null }): Promise<DnsProvider[]>;
  get(tenant: string | null, name: string): Promise<DnsProvider>;
  /** Decrypted; the caller never logs. */
  reveal(id: string): Promise<Record<string, string>>;
  delete(id: string): Promise<void>;
}

export interface SecretStore {
  /**
   * Encrypts and stores; a changed value grows the revision, the same value has no effect. Names: as environment names or labels.
   * `sole`: `conflict`, with its input as the path, where another pod of any tenant holds the same value as a sole one.
   */
  put(pod: string, name: string, value: string, options?: { sole: boolean }): Promise<void>;
  /** Decrypted values of a pod. The caller audits and never logs. */
  reveal(pod: string): Promise<Record<string, string>>;
  delete(pod: string, name: string): Promise<void>;
}

export interface TemplateStore {
  /** Next version of a template, or the current one when the content is the same. `tenant` null: the system's. */
  apply(tenant: string | null, template: Template, actor: string): Promise<MadeTemplateVersion>;
  /** The tenant's own first, then the system's; newest version unless given. */
  get(tenant: string | null, name: string, version?: number): Promise<MadeTemplateVersion>;
  /** Newest versions of all visible templates, by name. */
  list(): Promise<MadeTemplateVersion[]>;
  /** All versions of the template that `get` gives one of, newest first. */
  versions(tenant: string | null, name: string): Promise<MadeTemplateVersion[]>;
}

export interface ArtifactStore {
  /** Again: it was given again, which keeps it for as long as if it were new. */
  insert(artifact: { digest: string; tenant: string | null; bytes: number }): Promise<void>;
  /** True when the artifact is the tenant's own (id) or the system's. */
  allowed(digest: string, tenant: string): Promise<boolean>;
}

export interface Token {
  id: string;
  name: string;
  /** Null: every tenant. */
  tenantId: string | null;
  /** The user it belongs to, beyond whose rights it never goes; null: the installation's own. */
  ownerId: string | null;
  permissions: Permission[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}

export interface TokenStore {
  /** Only the SHA-256 of the secret is stored. */
  insert(token: {
    name: string;
    tenantId: string | null;
    ownerId?: string | null;
    permissions: readonly Permission[];
    secretHash: string;
    expiresAt: string | null;
  }): Promise<Token>;
  /** By hash; null when unknown or expired. Notes the use (at most once a minute). */
  findByHash(secretHash: string): Promise<Token | null>;
  list(): Promise<Token[]>;
  /** Those of a user, for whatever tenant. System role. */
  listOf(ownerId: string): Promise<Token[]>;
  delete(id: string): Promise<void>;
}

export interface EventStore {
  append(event: NewEvent & { tenantId: string | null }): Promise<void>;
  /** After the cursor (null: from the start), oldest first, only what no open transaction can still precede. */
  after(cursor: string | null, filter: EventFilter, limit: number): Promise<AgentPodEvent[]>;
  /** Cursor of now: whatever becomes visible later is after it, and nothing that a stream from now on should tell is before it. */
  position(): Promise<string>;
  /** The newest, newest first; with a cursor those before it. */
  latest(filter: EventFilter, limit: number, before?: string): Promise<AgentPodEvent[]>;
}

export interface EventFilter {
  /** Names. */
  tenant?: string;
  pod?: string;
  actor?: string;
  /** `pod.created`, or all of a kind as `pod.*`. */
  type?: string;
  /** Client address. */
  source?: string;
  result?: AgentPodEvent["result"];
  /** ISO 8601; `to` is excluded. */
  from?: string;
  to?: string;
  /** Anywhere in the message, in whatever case. */
  text?: string;
}

export interface SettingStore {
  find(key: string): Promise<unknown>;
  set(key: string, value: unknown, actor: string): Promise<void>;
  /** Sets what nobody has set yet; false where somebody has. Of several at once one wins. */
  claim(key: string, value: unknown, actor: string): Promise<boolean>;
  /** Id of this installation, made with the database. */
  installation(): Promise<string>;
}
