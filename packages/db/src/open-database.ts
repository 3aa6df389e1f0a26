import type { Database, Store } from "@agentpod/core/store";
import { sql } from "drizzle-orm";
import pg from "pg";
import { connectionTarget, loginConfig } from "./connection-config.ts";
import { listen } from "./listen.ts";
import type { MasterKey } from "./master-key.ts";
import { rolesOf } from "./roles.ts";
import { type SecretBox, secretBox } from "./secret-box.ts";
import { acmeStore } from "./stores/acme-store.ts";
import { adoptionStore } from "./stores/adoption-store.ts";
import { alertChannelStore } from "./stores/alert-channel-store.ts";
import { alertRuleStore } from "./stores/alert-rule-store.ts";
import { alertStore } from "./stores/alert-store.ts";
import { allocationStore } from "./stores/allocation-store.ts";
import { artifactStore } from "./stores/artifact-store.ts";
import { attemptStore } from "./stores/attempt-store.ts";
import { auditStore } from "./stores/audit-store.ts";
import { backupScheduleStore } from "./stores/backup-schedule-store.ts";
import { backupTargetStore } from "./stores/backup-target-store.ts";
import { certificateStore } from "./stores/certificate-store.ts";
import { cleanUpStore } from "./stores/clean-up-store.ts";
import { customerAccessStore } from "./stores/customer-access-store.ts";
import { deploymentHookStore } from "./stores/deployment-hook-store.ts";
import { deploymentStore } from "./stores/deployment-store.ts";
import { dnsProviderStore } from "./stores/dns-provider-store.ts";
import { domainStore } from "./stores/domain-store.ts";
import { eventStore } from "./stores/event-store.ts";
import { gitRemoteStore } from "./stores/git-remote-store.ts";
import { handOverStore } from "./stores/hand-over-store.ts";
import { invitationStore } from "./stores/invitation-store.ts";
import { llmCallsOf } from "./stores/llm-call-statements.ts";
import { llmKeyStore } from "./stores/llm-key-store.ts";
import { llmProviderStore } from "./stores/llm-provider-store.ts";
import { llmUsageStore } from "./stores/llm-usage-store.ts";
import { memberStore } from "./stores/member-store.ts";
import { metricStore } from "./stores/metric-store.ts";
import { operationStore } from "./stores/operation-store.ts";
import { platformSecretStore } from "./stores/platform-secret-store.ts";
import { podLeases } from "./stores/pod-lease.ts";
import { podStore } from "./stores/pod-store.ts";
import { previewStore } from "./stores/preview-store.ts";
import { routeStore } from "./stores/route-store.ts";
import { secretStore } from "./stores/secret-store.ts";
import { settingStore } from "./stores/setting-store.ts";
import { templateStore } from "./stores/template-store.ts";
import { tenantStore } from "./stores/tenant-store.ts";
import { tokenStore } from "./stores/token-store.ts";
import { userStore } from "./stores/user-store.ts";
import { volumeBackupStore } from "./stores/volume-backup-store.ts";
import { asSystem, asTenants, type Tx } from "./tenant-tx.ts";

export interface OpenOptions {
  /** Any URL of the database; serving never uses its user, only AgentPod's own roles. */
  ownerUrl: string;
  masterKey: MasterKey;
  embedded: boolean;
}

/** Opens a migrated database (see `migrate`). Connects at once, so throws `unavailable` where it cannot be used. */
export async function openDatabase({ ownerUrl, masterKey, embedded }: OpenOptions): Promise<Database> {
  const target = connectionTarget(ownerUrl);
  const roles = rolesOf(target.database, masterKey);
  const app = poolOf(loginConfig(target, roles.app, "agentpod app"), 8);
  const system = poolOf(loginConfig(target, roles.system, "agentpod system"), 6);
  const box = secretBox(masterKey);
  const closing = new AbortController();

  const database: Database = {
    asTenants: (tenants, work) => asTenants(app, tenants, (tx) => work(storeOf(tx, box))),
    asSystem: (work) => asSystem(system, (tx) => work(storeOf(tx, box))),
    leases: podLeases(system),
    llmCalls: llmCallsOf(system),
    listen: (channel, signal, onListening) =>
      listen(loginConfig(target, roles.system, "agentpod listen"), channel, AbortSignal.any([signal, closing.signal]), onListening),
    info: () =>
      asTenants(app, [], async ({ db }) => {
        const { rows } = await db.execute<{ version: string; role: string; bypasses: boolean; now: Date | string }>(
          sql`select current_setting('server_version') as version, current_user as role, rolsuper or rolbypassrls as bypasses, now() as now from pg_roles where rolname = current_user`,
        );
        const row = rows[0] as (typeof rows)[0];
        return { version: row.version, embedded, role: row.role, bypassesRls: row.bypasses, now: new Date(row.now).toISOString() };
      }),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      await Promise.all([app.end(), system.end()]);
    },
  };
  try {
    await Promise.all([database.info(), database.asSystem((store) => store.settings.installation())]);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function storeOf(tx: Tx, box: SecretBox): Store {
  return {
    tenants: tenantStore(tx),
    pods: podStore(tx),
    routes: routeStore(tx),
    allocations: allocationStore(tx),
    secrets: secretStore(tx, box),
    templates: templateStore(tx),
    artifacts: artifactStore(tx),
    cleanUp: cleanUpStore(tx),
    tokens: tokenStore(tx),
    events: eventStore(tx),
    audit: auditStore(tx),
    alerts: alertStore(tx),
    alertChannels: alertChannelStore(tx, box),
    alertRules: alertRuleStore(tx),
    metrics: metricStore(tx),
    operations: operationStore(tx),
    deployments: deploymentStore(tx, box),
    deploymentHooks: deploymentHookStore(tx, box),
    gitRemotes: gitRemoteStore(tx),
    previews: previewStore(tx),
    settings: settingStore(tx),
    domains: domainStore(tx),
    certificates: certificateStore(tx, box),
    acme: acmeStore(tx, box),
    dnsProviders: dnsProviderStore(tx, box),
    users: userStore(tx),
    members: memberStore(tx),
    invitations: invitationStore(tx),
    handOvers: handOverStore(tx),
    customerAccesses: customerAccessStore(tx),
    attempts: attemptStore(tx),
    platformSecrets: platformSecretStore(tx, box),
    adoptions: adoptionStore(tx, box),
    backupTargets: backupTargetStore(tx, box),
    volumeBackups: volumeBackupStore(tx),
    backupSchedules: backupScheduleStore(tx),
    llmProviders: llmProviderStore(tx, box),
    llmKeys: llmKeyStore(tx),
    llmUsage: llmUsageStore(tx),
  };
}

/** A small pool: idle connections are closed, for each is a process of the database. */
function poolOf(config: pg.ClientConfig, max: number): pg.Pool {
  const pool = new pg.Pool({ ...config, max, idleTimeoutMillis: 10_000 });
  // The database may go at any time, idle connections included: the next query says so, and the process lives on.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
