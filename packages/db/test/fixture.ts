import { randomUUID } from "node:crypto";
import type { Kept } from "@agentpod/core/adopt";
import type { Alert } from "@agentpod/core/alert";
import type { LlmCall } from "@agentpod/core/llm/llm-store";
import type { MetricValues } from "@agentpod/core/metric";
import type { NewOperation } from "@agentpod/core/operation-store";
import type { Pod } from "@agentpod/core/pod";
import { podSpec } from "@agentpod/core/pod-spec";
import type { Database, Store } from "@agentpod/core/store";
import { templateSpec } from "@agentpod/core/template";
import type { Tenant } from "@agentpod/core/tenant";
import pg from "pg";

export const exampleSpec = podSpec.parse({ units: [{ name: "app", image: "node:24", ports: [{ name: "http", container: 8080 }] }] });

export const exampleTemplate = (description = "one") =>
  templateSpec.parse({
    apiVersion: "agentpod/v1",
    kind: "Template",
    name: "shop",
    title: { en: "Shop", zh: "商店" },
    description: { en: description, zh: description },
    spec: {},
  });

export const newTenant = (database: Database, name: string): Promise<Tenant> =>
  database.asTenants("*", (store) => store.tenants.insert({ name, quota: {} }));

export function newPod(database: Database, tenant: Tenant, name: string): Promise<Pod> {
  return database.asTenants([tenant.id], (store) =>
    store.pods.insert({
      id: randomUUID(),
      tenantId: tenant.id,
      name,
      template: null,
      inputs: {},
      spec: exampleSpec,
      server: "local",
      actor: "token:test",
    }),
  );
}

export const exampleAdoption = (pod: Pod, containerId = `c-${pod.id}`) => ({
  id: { pod: pod.id, unit: "app", revision: "0123456789ab" },
  containerId,
  found: { name: "by-hand", image: "node:24", restart: { name: "always" as const, retries: 0 } },
  ports: [{ name: "http", container: 8080 }],
  volumes: ["data"],
  folders: ["/srv/data"],
});

export const exampleKept = (containerId: string): Kept => ({
  containerId,
  revision: "0123456789ab",
  image: { reference: "node:24", id: "sha256:1" },
  hostname: "c0ffee123456",
  isInit: false,
  env: { TOKEN: `token in ${containerId}` },
  entrypoint: null,
  command: null,
  workdir: null,
  user: null,
  stopSignal: null,
  volumes: [{ name: "data", path: "/data", isReadOnly: false }],
  folders: [{ source: "/srv/data", path: "/config", isReadOnly: false }],
  tmpfs: {},
  shmBytes: null,
  networks: [],
});

export const exampleRoute = (hosts: string[], index = 0) => ({
  index,
  unit: "app",
  port: "http",
  hosts,
  path: "/",
  timeoutSeconds: 60,
  drainSeconds: 30,
  policies: null,
  split: null,
  wake: false,
  wakeSeconds: 60,
});

export const exampleEvent = (tenant: Tenant | null, message: string) => ({
  type: "pod.created",
  tenantId: tenant?.id ?? null,
  tenant: tenant?.name ?? null,
  pod: "web",
  podId: null,
  actor: "system",
  source: null,
  result: "ok" as const,
  message,
  data: {},
});

export const exampleValues: MetricValues = {
  cpuCores: 0.5,
  cpuCoresMax: 0.5,
  memoryBytes: 1e8,
  memoryBytesMax: 1e8,
  memoryLimitBytes: 2e8,
  networkInBytes: 10,
  networkOutBytes: 20,
  diskReadBytes: null,
  diskWriteBytes: 30,
  diskUsedBytes: null,
  diskTotalBytes: null,
  connections: 2,
};

export const exampleRule = { name: "sick", kind: "unhealthy" as const, pod: null, threshold: null, forSeconds: 300, channels: [] };

export const exampleChannel = {
  name: "ops",
  kind: "slack" as const,
  language: "en" as const,
  target: "hooks.example.com",
  config: { url: "https://hooks.example.com/secret" },
};

export const exampleAlert = (tenant: Tenant | null): Alert => ({
  id: randomUUID(),
  ruleId: null,
  rule: "crash_loop",
  kind: "crash_loop",
  tenantId: tenant?.id ?? null,
  tenant: tenant?.name ?? null,
  subject: "x",
  subjectName: "acme/web",
  state: "firing",
  since: "2026-01-01T00:00:00.000Z",
  firedAt: "2026-01-01T00:00:00.000Z",
  resolvedAt: null,
  quietSince: null,
  message: "app failed 3 times in a row",
});

export const exampleNotice = {
  phase: "firing" as const,
  kind: "crash_loop" as const,
  rule: "crash_loop",
  tenant: "acme",
  subject: "acme/web",
  message: "app failed 3 times in a row",
  since: "2026-01-01T00:00:00.000Z",
  at: "2026-01-01T00:00:00.000Z",
};

export const exampleOperation = (tenant: Tenant | null, pods: readonly Pod[], kind = "test.run"): NewOperation => ({
  id: randomUUID(),
  kind,
  tenantId: tenant?.id ?? null,
  tenant: tenant?.name ?? null,
  pods: pods.map((pod) => ({ id: pod.id, name: `${pod.tenant}/${pod.name}` })),
  actor: "token:test",
  input: { pods: pods.map((pod) => pod.id) },
  message: "Waiting for its turn.",
});

export const exampleLlmProvider = {
  name: "one",
  dialect: "openai" as const,
  baseUrl: "https://llm.example.com/v1",
  key: "sk-provider-secret",
  models: [{ name: "small", upstream: "small-2026", price: { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.25 } }],
  priority: 0,
};

export const exampleLlmCall = (pod: Pick<Pod, "id" | "tenantId" | "name">, keyId: string): LlmCall => ({
  id: randomUUID(),
  owner: "here",
  tenantId: pod.tenantId,
  podId: pod.id,
  keyId,
  callerName: pod.name,
  model: "small",
  provider: "one",
  estimate: { input: 100, output: 50, cacheRead: 0, cacheWrite: 0, tokens: 150, costNano: 200 },
});

/** A bucket of somebody's. */
export const exampleTarget: Parameters<Store["backupTargets"]["insert"]>[0] = {
  tenantId: null,
  name: "bucket",
  config: { kind: "s3", endpoint: "https://s3.example.com", region: "us-east-1", bucket: "backups", prefix: "", pathStyle: true },
  credentials: { accessKeyId: "AKIA", secretAccessKey: "a-secret-key" },
};

export const exampleBackup = ({ id, tenantId, tenant, name }: Pod): Parameters<Store["volumeBackups"]["insert"]>[0] => ({
  id: randomUUID(),
  tenantId,
  tenant,
  podId: id,
  pod: name,
  targetId: null,
  trigger: "request",
  object: `${tenant}/${name}/one`,
  operationId: randomUUID(),
});

/** Of code that was handed over, with a secret beside it. */
export const exampleDeployment = ({ tenantId, tenant, name }: Pod): Parameters<Store["deployments"]["insert"]>[0] => ({
  id: randomUUID(),
  tenantId,
  tenant,
  name,
  action: "deploy",
  source: `sha256:${"a".repeat(64)}`,
  origin: "a folder",
  settings: {},
  target: null,
  actor: "token:test",
  given: { STRIPE_KEY: "a stripe key" },
});

/** Of an application, for three days. */
export const examplePreview = ({ tenantId, tenant, name }: Pod): Parameters<Store["previews"]["put"]>[0] => ({
  ...{ tenantId, tenant, name: `${name}-new`, project: name, preview: "new" },
  ...{ database: "empty", ttlSeconds: 3 * 86_400, actor: "token:test" },
});

/** Of a repository's pushes, with what it is read with. */
export const exampleHook = ({ tenantId, tenant, name }: Pod): Parameters<Store["deploymentHooks"]["insert"]>[0] => ({
  id: randomUUID(),
  tenantId,
  tenant,
  name,
  kind: "github",
  url: "https://git.example.com/team/app.git",
  branch: "main",
  knownHosts: null,
  createdBy: "token:test",
});

export const exampleHookSecrets = { secret: "a hook's secret", credentials: { kind: "token" as const, token: "a git token" } };

export const exampleDelivery = (
  hookId: string,
  sentAs: string | null = null,
): Parameters<Store["deploymentHooks"]["insertDelivery"]>[0] => ({
  id: randomUUID(),
  hookId,
  sentAs,
  event: "push",
  commit: "a".repeat(40),
  outcome: "fetching",
  message: "The repository is read.",
});

export const exampleSchedule = {
  unit: null,
  targetId: null,
  cron: "0 3 * * *",
  timeZone: "Europe/Berlin",
  live: false,
  keep: { last: 7, daily: 7, weekly: 4, monthly: 6 },
  drillCron: null,
  nextAt: "2026-02-01T02:00:00.000Z",
  nextDrillAt: null,
};

/** A tenant with a row in every tenant-owned table. */
export async function fullTenant(database: Database, name: string): Promise<{ tenant: Tenant; pod: Pod }> {
  const tenant = await newTenant(database, name);
  const pod = await newPod(database, tenant, "web");
  const gone = await newPod(database, tenant, "gone");
  const user = await database.asSystem((store) =>
    store.users.insert({ name, email: `${name}@example.com`, passwordHash: null, platformAdmin: false, vouched: false }),
  );
  await database.asTenants([tenant.id], async (store) => {
    await store.routes.replace(pod.id, [exampleRoute([`${name}.example.com`])]);
    await store.secrets.put(pod.id, "PASSWORD", `secret of ${name}`);
    await store.adoptions.insert(exampleAdoption(pod), exampleKept(`container of ${name}`));
    await store.templates.apply(tenant.id, exampleTemplate(), "token:test");
    await store.artifacts.insert({ digest: `sha256:${name}`, tenant: tenant.id, bytes: 1 });
    await store.tokens.insert({ name, tenantId: tenant.id, permissions: ["pod.read"], secretHash: `hash of ${name}`, expiresAt: null });
    await store.members.put(tenant.id, user.id, "admin");
    await store.invitations.insert({
      tenantId: tenant.id,
      role: "viewer",
      email: null,
      secretHash: `invitation to ${name}`,
      createdBy: "token:test",
      expiresAt: "2100-01-01T00:00:00Z",
    });
    await store.handOvers.put({
      podId: pod.id,
      tenantId: tenant.id,
      secretHash: `hand-over of ${name}`,
      createdBy: "token:test",
      expiresAt: "2100-01-01T00:00:00Z",
    });
    await store.customerAccesses.insert({
      id: randomUUID(),
      podId: pod.id,
      tenantId: tenant.id,
      secretHash: `access of ${name}`,
      expiresAt: "2100-01-01T00:00:00Z",
    });
    await store.domains.insert({ tenantId: tenant.id, name: `${name}.example.com`, token: `token of ${name}` });
    await store.certificates.want({ tenantId: tenant.id, names: [`${name}.example.com`], source: "acme" });
    await store.dnsProviders.insert({
      tenantId: tenant.id,
      name: "dns",
      kind: "cloudflare",
      zones: ["example.com"],
      credentials: { token: `credentials of ${name}` },
    });
    await store.events.append(exampleEvent(tenant, `event of ${name}`));
    await store.llmProviders.insert({ ...exampleLlmProvider, tenantId: tenant.id });
    await store.llmKeys.insert({ id: `key${name}`, tenantId: tenant.id, podId: pod.id, name: "web", hash: `hash of ${name}` });
    await store.llmUsage.putBudget({ tenantId: tenant.id, podId: null, moneyPerMonthNano: 1e9, tokensPerDay: null, warnPercent: 80 });
    await store.alertRules.insert({ ...exampleRule, tenantId: tenant.id });
    await store.operations.insert(exampleOperation(tenant, [pod], `test.${name}`));
    await store.deployments.insert(exampleDeployment(pod));
    await store.previews.put(examplePreview(pod));
    await store.gitRemotes.put({ tenantId: tenant.id, name: pod.name, branch: "main", commit: "a".repeat(40) });
  });
  await database.asSystem(async (store) => {
    const hook = await store.deploymentHooks.insert(exampleHook(pod), exampleHookSecrets);
    await store.deploymentHooks.insertDelivery(exampleDelivery(hook.id), tenant.id, `digest of ${name}`);
    const channel = await store.alertChannels.insert({ ...exampleChannel, tenantId: tenant.id });
    const target = await store.backupTargets.insert({ ...exampleTarget, tenantId: tenant.id });
    await store.volumeBackups.insert({ ...exampleBackup(pod), targetId: target.id });
    await store.backupSchedules.put({ ...exampleSchedule, podId: pod.id, tenantId: tenant.id, targetId: target.id });
    const alert = exampleAlert(tenant);
    await store.alerts.save([{ alert, is: "new", tell: "firing" }]);
    await store.alerts.queue(alert, [channel.id], exampleNotice, new Date());
    await store.metrics.write([{ subject: pod.id, tenantId: tenant.id, values: exampleValues }], new Date());
    await store.allocations.insert(pod.id, "local", { kind: "port", value: 20_000 + name.length, purpose: "app/1/http" });
    const { fresh } = await store.operations.claim("here", [], { [`test.${name}`]: 1 }, 60);
    const held = await store.operations.take(fresh[0] ?? "", "here", 60);
    const hold = { id: fresh[0] ?? "", owner: "here", epoch: held?.epoch ?? 0 };
    await store.operations.beginStep(hold, { seq: 1, name: "look", subject: null, message: "Looking." });
    for (const isOver of [true, false]) {
      const call = exampleLlmCall(pod, `key${name}`);
      await store.llmUsage.open(call, new Date());
      if (isOver)
        await store.llmUsage.settle(
          { id: call.id, provider: "one", tokens: call.estimate, costNano: 5, outcome: "ok", isEstimated: false },
          new Date(),
        );
    }
    await store.pods.forget(gone.id);
  });
  return { tenant, pod };
}

/** A connection past the stores, for what only raw SQL would try. */
export async function rawClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}
