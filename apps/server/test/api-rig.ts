import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient } from "@agentpod/client/create-client";
import { AppError } from "@agentpod/core/errors";
import { type Permission, roles } from "@agentpod/core/permission";
import type { AccessLogLine } from "@agentpod/core/route-table";
import type { MasterKey } from "@agentpod/db/master-key";
import { type AuthDatabase, openAuthDatabase } from "@agentpod/db/open-auth-database";
import { scratchDatabase } from "@agentpod/db/testing/scratch-database";
import { memoryGateway } from "@agentpod/gateways/memory/driver";
import { homeAt } from "@agentpod/host/home";
import { parseSettings } from "@agentpod/host/settings";
import { memoryRuntime } from "@agentpod/runtimes/memory/driver";
import type { MemoryProgram } from "@agentpod/runtimes/memory/memory-program";
import type { MemoryWorld } from "@agentpod/runtimes/memory/memory-world";
import { worldAt } from "@agentpod/runtimes/memory/world-at";
import pg from "pg";
import { noticeSender } from "../src/alerts/send-notice.ts";
import { buildApp } from "../src/app.ts";
import type { AppDeps } from "../src/app-deps.ts";
import { auditTrail } from "../src/audit/audit-trail.ts";
import { logins } from "../src/auth/logins.ts";
import type { SignOnProvider } from "../src/auth/sign-on-provider.ts";
import { hashToken, newTokenSecret } from "../src/auth/token-secret.ts";
import { backups } from "../src/backup/backups.ts";
import type { CleanUpDeps } from "../src/clean-up/clean-up-deps.ts";
import { cleanUps } from "../src/clean-up/clean-ups.ts";
import { type LlmProxy, type LlmProxyDeps, llmProxy } from "../src/llm/llm-proxy.ts";
import { type LogKeeper, startLogKeeper } from "../src/logs/log-keeper.ts";
import { withLogsKept } from "../src/logs/with-logs-kept.ts";
import { outboundGuard } from "../src/outbound/outbound-guard.ts";
import { startProber } from "../src/reconciler/prober.ts";
import { startReconciler } from "../src/reconciler/reconciler.ts";
import { routeServer } from "../src/reconciler/serve-routes.ts";
import { eventFeed } from "../src/routes/event-feed.ts";
import { serveApp } from "../src/serve-app.ts";
import { addressesOf } from "../src/setup/addresses.ts";
import { artifactFiles } from "../src/setup/artifact-files.ts";
import { gatewayInUse } from "../src/setup/gateway-in-use.ts";
import { serverFacts } from "../src/setup/server-facts.ts";
import { sources } from "../src/sources/sources.ts";
import { terminalHostAt } from "../src/terminals/terminal-host.ts";
import { openInstallationTarget } from "../src/volume-backups/open-target.ts";
import type { VolumeBackupDeps } from "../src/volume-backups/volume-backup-deps.ts";
import { volumeBackups } from "../src/volume-backups/volume-backups.ts";

export interface ApiRig {
  app: ReturnType<typeof buildApp>;
  /** Answers below `/llm`, at the same address. */
  llm: LlmProxy;
  deps: AppDeps;
  /** Where its pods are played. */
  machine: MemoryWorld;
  volumes: VolumeBackupDeps;
  /** Where the logs of pods are kept. */
  logFolder: string;
  logs: LogKeeper;
  cleanUp: CleanUpDeps;
  /** Where code lies on its way into the artifact store. */
  sourcesFolder: string;
  /** Of the database, for what only raw SQL would try. */
  ownerUrl: string;
  url: string;
  /** The same over a private socket, as the gateway asks. */
  socketPath: string;
  authDatabase: AuthDatabase;
  /** To open the same database once more. */
  masterKey: MasterKey;
  /** One statement as the system role, for what time would do, or no store tells; gives its rows. */
  asSystem(statement: string): Promise<Record<string, unknown>[]>;
  /** What the log was told. */
  logged: { fields: object; message: string }[];
  /** A token straight from the database; tenant null is every tenant. */
  token(tenant: string | null, permissions: readonly Permission[]): Promise<string>;
  client(token: string): Client;
  /** A token for every tenant that may do everything. */
  admin: Client;
  adminToken: string;
  /** What the look at a domain finds, by its name; nothing is published elsewhere. */
  published: Map<string, "dns" | "http">;
  /** Credentials that were tried at a DNS service; those that are `wrong` are refused. */
  tried: { kind: string; credentials: Record<string, string>; zones: readonly string[] }[];
  /** Cuts every connection, as a network would. */
  breakConnections(): void;
  close(): Promise<void>;
}

/** The whole API on a real PostgreSQL, with the real reconciler on the memory runtime, listening on loopback. */
export async function apiRig(
  serverUrl: string,
  given: {
    program?: MemoryProgram;
    accessLog?: AccessLogLine[];
    signOn?: SignOnProvider[];
    deps?: Partial<AppDeps>;
    llm?: Partial<LlmProxyDeps>;
    /** By which probes take too long; the machine's unless given. */
    probeClock?: () => Date;
  } = {},
): Promise<ApiRig> {
  const folder = await mkdtemp(join(tmpdir(), "agentpod-api-"));
  const scratch = await scratchDatabase(serverUrl);
  const { database } = scratch;
  const installation = await database.asSystem((store) => store.settings.installation());
  const artifacts = artifactFiles(folder);
  const logged: ApiRig["logged"] = [];
  const tell = (fields: object, message: string) => void logged.push({ fields, message });
  const log = { info: () => undefined, warn: tell, error: tell };
  const clock = () => new Date();
  const settings = parseSettings({});
  const driver = memoryRuntime(
    {
      installation,
      stateDir: folder,
      openArtifact: artifacts.open,
      adopted: () => database.asSystem((store) => store.adoptions.list()),
    },
    { programs: given.program ? { "*": given.program } : {} },
  );
  const feed = eventFeed(database, log);
  const logs = startLogKeeper({
    folder: join(folder, "pod-logs"),
    capBytes: 1024 * 1024,
    archive: null,
    database,
    runtime: driver,
    feed,
    clock,
    log,
  });
  const runtime = withLogsKept(driver, logs);
  const gateway = memoryGateway();
  for (const line of given.accessLog ?? []) gateway.record(line);
  const prober = startProber(
    runtime,
    given.probeClock ?? clock,
    (pod) => database.asSystem((store) => store.secrets.reveal(pod)),
    (pod) => reconciler.wake(pod),
  );
  const reconciler = startReconciler({
    database,
    runtime,
    gateway,
    prober,
    server: serverFacts(runtime, settings, null),
    machine: async () => ({ memoryFreeMb: 100_000, diskFreeMb: 100_000 }),
    serveRoutes: routeServer(database, gateway, log),
    owner: "api-test",
    crash: () => undefined,
    clock,
    log,
  });
  const published: ApiRig["published"] = new Map();
  const tried: ApiRig["tried"] = [];
  const inUse = await gatewayInUse({
    database,
    embedded: gateway,
    inner: { socket: join(folder, "inner.sock"), url: "http://127.0.0.1:3000" },
    ownHosts: ["localhost"],
    publicUrl: "http://localhost:3000",
    clock,
  });
  const publicUrl = given.deps?.publicUrl ?? "http://localhost:3000";
  const llmGuard = outboundGuard({ allow: ["127.0.0.1"], resolve: async () => ["93.184.216.34"] });
  const authDatabase = openAuthDatabase(scratch.ownerUrl, scratch.masterKey);
  const masterKey = scratch.masterKey;
  const machine = async () => ({ memoryFreeMb: 100_000, diskFreeMb: 100_000 });
  const hosts = { bases: settings.baseDomains, reserved: ["localhost"] };
  const guard = outboundGuard({ allow: ["127.0.0.1"], resolve: async () => [] });
  const volumes: VolumeBackupDeps = { database, runtime, masterKey, home: homeAt(folder), guard, installation, hosts, machine, clock, log };
  const cleanUp: CleanUpDeps = {
    ...{ database, runtime, artifacts, home: { root: folder, artifacts: folder }, machine, clock, log },
    isBackingUp: async () => (await deps.backups.status()).running !== null,
  };
  const deps: AppDeps = {
    database,
    cleanUps: cleanUps(cleanUp),
    volumeBackups: volumeBackups(volumes),
    sendNotice: noticeSender(outboundGuard({ allow: ["127.0.0.1"], resolve: async () => [] })),
    outbound: outboundGuard({ allow: ["127.0.0.1"], resolve: async () => [] }),
    audit: auditTrail({ database, folder: join(folder, "audit"), installation, clock }),
    backups: backups({
      database,
      ownerUrl: scratch.ownerUrl,
      masterKey: scratch.masterKey,
      home: homeAt(folder),
      openTarget: (name) => openInstallationTarget(volumes, name),
      clock,
      log,
    }),
    logins: logins({ database, authDatabase, publicUrl, signOn: given.signOn ?? [] }),
    checkDomain: async ({ name }) => {
      const method = published.get(name) ?? null;
      return { method, message: method === null ? `nothing is published for ${name}` : "" };
    },
    addressAdvice: async (host) => ({
      text: `point ${host} to 192.0.2.1`,
      records: [{ type: "A", name: host, value: "192.0.2.1" }],
      pointsHere: false,
    }),
    testDnsProvider: async (kind, credentials, zones) => {
      tried.push({ kind, credentials, zones });
      if (Object.values(credentials).includes("wrong")) throw new AppError("invalid", "the service refuses these credentials");
    },
    runtime,
    logs,
    terminals: terminalHostAt(join(folder, "terminals.sock")),
    gateway,
    gatewayInUse: inUse,
    reconcile: reconciler,
    doctor: async () => [{ check: "disk", status: "ok", message: "10 GB free", advice: null }],
    llm: { environment: null, checkUrl: async (baseUrl) => void (await llmGuard.addresses(new URL(baseUrl).hostname)) },
    artifacts,
    sources: sources({ artifacts, guard, folder: join(folder, "sources"), searchPath: process.env.PATH ?? "", allowHttp: true, clock }),
    publicUrl,
    hosts,
    addresses: (_pod, routes) => addressesOf(settings, routes),
    previewTtlSeconds: settings.previewTtlSeconds,
    machine: async () => ({ memoryFreeMb: 100_000, diskFreeMb: 100_000 }),
    clock,
    log,
    ...given.deps,
  };
  const app = buildApp(deps);
  const llm = llmProxy({ database, guard: llmGuard, environment: null, owner: "api-test", clock, log, ...given.llm });
  const server = serveApp(app, llm);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socketPath = join(folder, "server.sock");
  const inner = serveApp(app);
  inner.listen(socketPath);
  await once(inner, "listening");
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const clients: Client[] = [];
  const client = (token: string) => {
    const made = createClient({ baseUrl: url, token });
    clients.push(made);
    return made;
  };
  const token = async (tenant: string | null, permissions: readonly Permission[]) => {
    const secret = newTokenSecret();
    await database.asSystem(async (store) => {
      const tenantId = tenant === null ? null : (await store.tenants.get(tenant)).id;
      await store.tokens.insert({ name: "test", tenantId, permissions, secretHash: hashToken(secret), expiresAt: null });
    });
    return secret;
  };
  const adminToken = await token(null, roles.platform);
  return {
    app,
    llm,
    deps,
    machine: worldAt(folder),
    logFolder: join(folder, "pod-logs"),
    logs,
    cleanUp,
    sourcesFolder: join(folder, "sources"),
    ownerUrl: scratch.ownerUrl,
    volumes,
    url,
    socketPath,
    authDatabase,
    masterKey: scratch.masterKey,
    async asSystem(statement) {
      const client = new pg.Client({ connectionString: scratch.urlOf(scratch.roles.system) });
      await client.connect();
      const { rows } = await client.query(statement).finally(() => client.end());
      return rows;
    },
    logged,
    published,
    tried,
    token,
    client,
    admin: client(adminToken),
    adminToken,
    breakConnections: () => server.closeAllConnections(),
    async close() {
      await Promise.all(clients.map((one) => one.close()));
      for (const one of [server, inner]) one.closeAllConnections();
      await llm.stop();
      await reconciler.stop();
      await logs.stop();
      feed.close();
      await Promise.all([server, inner].map((one) => new Promise((resolve) => one.close(resolve))));
      await authDatabase.close();
      await scratch.drop();
      await rm(folder, { recursive: true });
    },
  };
}

/** A spec with one unit, a port and a route. */
export const webSpec = (env: Record<string, string> = {}) => ({
  units: [{ name: "app", image: "hello:1", ports: [{ name: "http", container: 8080 }], env }],
  routes: [{ unit: "app", port: "http" }],
});

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at as it comes
  body: any;
  text: string;
}

/** One request to the API as it goes over the wire. */
export async function request(rig: Pick<ApiRig, "url">, token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(`${rig.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, text, body: isJson ? JSON.parse(text) : null };
}
