import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { availableParallelism, hostname } from "node:os";
import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { loadMasterKey } from "@agentpod/db/master-key";
import { migrate } from "@agentpod/db/migrate";
import { openAuthDatabase } from "@agentpod/db/open-auth-database";
import { openDatabase } from "@agentpod/db/open-database";
import { openWorkflowDatabase } from "@agentpod/db/open-workflow-database";
import { embeddedGateway } from "@agentpod/gateways/embedded/driver";
import { ensureHome } from "@agentpod/host/home";
import { processPaths } from "@agentpod/runtimes/process/paths";
import { gitVersion } from "@agentpod/source/git-version";
import pino from "pino";
import { startAlerter } from "./alerts/alerter.ts";
import { noticeSender } from "./alerts/send-notice.ts";
import { buildApp } from "./app.ts";
import type { AppDeps } from "./app-deps.ts";
import { auditTrail } from "./audit/audit-trail.ts";
import { startSealer } from "./audit/sealer.ts";
import { attemptLimit } from "./auth/attempt-limit.ts";
import { authentication } from "./auth/authenticate.ts";
import { logins } from "./auth/logins.ts";
import { startBackupSchedule } from "./backup/backup-schedule.ts";
import { backups as backupsOf } from "./backup/backups.ts";
import { settleRestore } from "./backup/settle-restore.ts";
import { startCertifier } from "./certifier/certifier.ts";
import type { CleanUpDeps } from "./clean-up/clean-up-deps.ts";
import { startCleanUpSweep } from "./clean-up/clean-up-sweep.ts";
import { cleanUps } from "./clean-up/clean-ups.ts";
import { diskWatch } from "./clean-up/disk-watch.ts";
import { leastRoom } from "./clean-up/least-room.ts";
import { serveDashboard } from "./dashboard/serve-dashboard.ts";
import { dumpWorkflows } from "./databases/dump-workflows.ts";
import { deploy } from "./deployments/deploy-workflow.ts";
import { destroyDeployment } from "./deployments/destroy-workflow.ts";
import { startPreviewSweep } from "./deployments/preview-sweep.ts";
import { startDomainChecker } from "./domains/domain-checker.ts";
import { domainServices } from "./domains/domain-services.ts";
import { ownAddresses } from "./domains/own-addresses.ts";
import { readEnv } from "./env.ts";
import { gitRemote } from "./git-remote/git-remote.ts";
import { startPushedSweep } from "./git-remote/pushed-sweep.ts";
import { repositories } from "./git-remote/repositories.ts";
import { fetchPush } from "./hooks/fetch-push.ts";
import { llmProxy } from "./llm/llm-proxy.ts";
import { startLogKeeper } from "./logs/log-keeper.ts";
import { withLogsKept } from "./logs/with-logs-kept.ts";
import { ownPids } from "./metrics/own-pids.ts";
import { startSampler } from "./metrics/sampler.ts";
import { crashPoint } from "./reconciler/crash-point.ts";
import { startProber } from "./reconciler/prober.ts";
import { startReconciler } from "./reconciler/reconciler.ts";
import { routeServer } from "./reconciler/serve-routes.ts";
import { eventFeed } from "./routes/event-feed.ts";
import { serveApp } from "./serve-app.ts";
import { addressesOf, localUrlOf, publicUrlOf, reservedHosts } from "./setup/addresses.ts";
import { artifactFiles } from "./setup/artifact-files.ts";
import { chooseRuntime } from "./setup/choose-runtime.ts";
import { clientPrograms } from "./setup/client-programs.ts";
import { doctor } from "./setup/doctor.ts";
import { firstLogin } from "./setup/first-login.ts";
import { firstStart } from "./setup/first-start.ts";
import { gatewayInUse } from "./setup/gateway-in-use.ts";
import { machineFree } from "./setup/machine.ts";
import { machineNames } from "./setup/machine-names.ts";
import { keepRuntime, runtimeInUse } from "./setup/runtime-in-use.ts";
import { serverFacts } from "./setup/server-facts.ts";
import { shipTemplates } from "./setup/ship-templates.ts";
import { trustedAuthorities } from "./setup/trusted-authorities.ts";
import { sources } from "./sources/sources.ts";
import { terminalHostAt } from "./terminals/terminal-host.ts";
import { startTerminalWatch } from "./terminals/terminal-watch.ts";
import { startBackupSweep } from "./volume-backups/backup-sweep.ts";
import { openInstallationTarget } from "./volume-backups/open-target.ts";
import type { VolumeBackupDeps } from "./volume-backups/volume-backup-deps.ts";
import { volumeBackups } from "./volume-backups/volume-backups.ts";
import { volumeWorkflows } from "./volume-backups/workflows.ts";
import { startOperationRunner } from "./workflows/operation-runner.ts";
import { upgradePods } from "./workflows/upgrade-pods.ts";
import type { Workflow } from "./workflows/workflow.ts";

/** Settings that cannot work are told to the supervisor, which then does not try again. */
process.on("uncaughtExceptionMonitor", (error) => {
  if (error instanceof AppError && error.code === "invalid") process.send?.({ refused: error.message });
});

const {
  settings,
  home,
  ownerUrl,
  embedded,
  signOn,
  adminEmail,
  masterKeys,
  templates,
  dashboard,
  crashFile,
  logLevel,
  podLogs,
  engineEnvironment,
  searchPath,
  llmProvider,
} = readEnv();
const log = pino({ level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime });
const clock = (): Date => new Date();
const trusted = trustedAuthorities(settings);

ensureHome(home);
const masterKey = loadMasterKey(home, masterKeys);
await migrate(ownerUrl, { masterKey });
const database = await openDatabase({ ownerUrl, masterKey, embedded });
await settleRestore(home, (key) => database.asSystem((store) => store.settings.find(key)));
const installation = await database.asSystem((store) => store.settings.installation());
const authDatabase = openAuthDatabase(ownerUrl, masterKey);
const artifacts = artifactFiles(home.artifacts);
await shipTemplates(templates, database, artifacts, log);

const { runtime: driver, place } = await chooseRuntime({
  engineEnvironment,
  searchPath,
  context: {
    installation,
    stateDir: home.pods,
    openArtifact: artifacts.open,
    adopted: () => database.asSystem((store) => store.adoptions.list()),
  },
  settings: settings.runtime === "auto" ? { ...settings, runtime: (await runtimeInUse(database)) ?? "auto" } : settings,
  home,
});
await keepRuntime(database, driver.kind);
const feed = eventFeed(database, log);
const logs = startLogKeeper({ ...podLogs, folder: home.podLogs, database, runtime: driver, feed, clock, log });
const runtime = withLogsKept(driver, logs);
const inUse = await gatewayInUse({
  database,
  embedded: embeddedGateway({ socketPath: join(home.sockets, "gateway.sock") }),
  inner: { socket: join(home.sockets, "gateway-inner.sock"), url: `http://127.0.0.1:${settings.port}` },
  ownHosts: reservedHosts(settings),
  publicUrl: publicUrlOf(settings),
  clock,
});
const { gateway } = inUse;
const owner = `${hostname()}:${home.root}`;
const crash = crashPoint(crashFile);
const prober = startProber(
  runtime,
  clock,
  (pod) => database.asSystem((store) => store.secrets.reveal(pod)),
  (pod) => reconciler.wake(pod),
);
const reconciler = startReconciler({
  database,
  runtime,
  gateway,
  prober,
  server: serverFacts(runtime, settings, processPaths(home.pods)),
  machine: () => machineFree(home.root),
  serveRoutes: routeServer(database, gateway, log),
  owner,
  crash,
  clock,
  log,
});

const terminals = terminalHostAt(join(home.sockets, "terminals.sock"));
const stopTerminalWatch = startTerminalWatch({ host: terminals, place, database, log });

const domains = domainServices(settings, database);
const domainChecker = startDomainChecker({ ...domains, database, clock, log });
const certifier = startCertifier({ ...domains, database, gateway, settings, trusted, machine: machineNames, owner, crash, clock, log });

const audit = auditTrail({ database, folder: home.audit, installation, clock });
const sealer = startSealer({ database, feed, ...audit, guard: domains.guard, installation, clock, log });
const sendNotice = noticeSender(domains.guard);
const machine = () => machineFree(home.root);
const alerter = startAlerter({ database, gateway, machine: leastRoom(machine, runtime), logs, send: sendNotice, feed, clock, log });
const sampler = startSampler({ database, runtime, gateway, home: home.root, ownPids: () => ownPids(home), clock, log });

const openTarget = (name: string) => openInstallationTarget({ database, home, guard: domains.guard }, name);
const backups = backupsOf({ database, ownerUrl, masterKey, home, openTarget, clock, log });
const stopBackups = startBackupSchedule({ backups, log });

const hosts = { bases: settings.baseDomains, reserved: reservedHosts(settings) };
const volumes: VolumeBackupDeps = { database, runtime, masterKey, home, guard: domains.guard, installation, hosts, machine, clock, log };
const backupSweep = startBackupSweep(volumes);
const cleanUp: CleanUpDeps = {
  ...{ database, runtime, artifacts, home, machine, clock, log },
  isBackingUp: async () => (await backups.status()).running !== null,
};
const cleaning = cleanUps(cleanUp);
const cleanUpSweep = startCleanUpSweep(cleanUp, cleaning);
const code = sources({
  artifacts,
  guard: domains.guard,
  folder: join(home.root, "sources"),
  searchPath,
  proxy: settings.proxy === null ? null : { url: settings.proxy, except: settings.noProxy },
  authorities: trusted,
  clock,
});
const previewSweep = startPreviewSweep({ database, log });
const pushed = repositories({ folder: join(home.root, "git"), searchPath, database, clock });
const addresses: AppDeps["addresses"] = (_pod, routes) => addressesOf(settings, routes);
const writing = { runtime, hosts };
const workflows: Workflow[] = [
  upgradePods({ deps: writing, machine, volumes }),
  ...volumeWorkflows(volumes),
  ...dumpWorkflows(volumes),
  deploy({
    ...{ database, runtime, logs, writing, sources: code, artifacts, addresses, machine },
    ...{ cores: availableParallelism(), disk: diskWatch(cleanUp, cleaning) },
  }),
  destroyDeployment({ repositories: pushed, cleanUps: cleaning }),
  fetchPush({ database, sources: code }),
];
const workflowDatabase = openWorkflowDatabase(ownerUrl, masterKey);
const operations = startOperationRunner({ workflows, database, workflowDatabase, feed, owner, crash, clock, log });

const llm = llmProxy({ database, guard: domains.guard, environment: llmProvider, owner, clock, log });
const userLogins = logins({ database, authDatabase, publicUrl: publicUrlOf(settings), signOn });
const app = buildApp({
  database,
  llm: {
    environment: llmProvider,
    checkUrl: async (baseUrl) => void (await domains.guard.addresses(new URL(baseUrl).hostname)),
  },
  audit,
  backups,
  volumeBackups: volumeBackups(volumes),
  cleanUps: cleaning,
  sendNotice,
  logins: userLogins,
  runtime,
  terminals,
  logs,
  gateway,
  gatewayInUse: inUse,
  reconcile: reconciler,
  doctor: () =>
    doctor({
      database,
      runtime,
      gateway,
      front: inUse.view,
      settings,
      home,
      trusted,
      dns: { reader: domains.reader, ownAddresses: ownAddresses() },
      unknownPods: reconciler.unknownPods,
      gitVersion: () => gitVersion(searchPath),
      clientPrograms: async () => (place.kind === "process" ? clientPrograms(place.programs.postgres ?? "") : null),
      cleanUps: cleaning,
      clock,
    }),
  artifacts,
  sources: code,
  outbound: domains.guard,
  publicUrl: publicUrlOf(settings),
  hosts,
  previewTtlSeconds: settings.previewTtlSeconds,
  checkDomain: domains.checkDomain,
  addressAdvice: domains.addressAdvice,
  testDnsProvider: domains.testDnsProvider,
  addresses,
  machine: () => machineFree(home.root),
  ...(settings.hasDashboard && { dashboard: serveDashboard(dashboard) }),
  clock,
  log,
});
const remote = gitRemote({
  ...{ database, sources: code, repositories: pushed, feed, log },
  authenticate: authentication({ database, logins: userLogins, publicUrl: publicUrlOf(settings), limit: attemptLimit(clock) }),
});
const stopPushedSweep = startPushedSweep(pushed, log);
const server = serveApp(app, llm, remote);
const socket = join(home.sockets, "server.sock");
// A socket left by a killed server; a living one was ended by the supervisor.
rmSync(socket, { force: true });
server.listen(socket);
await once(server, "listening");
chmodSync(socket, 0o600);

const { admin } = await firstStart({
  database,
  home,
  front: { url: localUrlOf(settings), publicUrl: publicUrlOf(settings) },
  adminEmail,
});
// To the supervisor, over a pipe that no other process sees: the password is in no log. Without one, whoever started us reads our output.
process.send?.({ ready: true, admin, runtime: runtime.kind });
if (!process.send && admin) process.stdout.write(firstLogin(admin, publicUrlOf(settings)));
process.channel?.unref();
log.info({ runtime: runtime.kind, installation }, "serving");
// Else it is kept at a clean end only, and whoever starts after a crash compiles everything anew: two seconds of an outage.
setImmediate(flushCompileCache);

let stopping = false;
async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ signal }, "stopping; pods go on");
  server.close();
  await Promise.all([
    reconciler.stop(),
    domainChecker.stop(),
    certifier.stop(),
    sealer.stop(),
    alerter.stop(),
    sampler.stop(),
    stopTerminalWatch(),
    stopBackups(),
    operations.stop(),
    backupSweep.stop(),
    previewSweep.stop(),
    cleanUpSweep.stop(),
    llm.stop(),
    remote.stop(),
    stopPushedSweep(),
  ]);
  // Instances that went to the last have told it.
  await logs.stop();
  server.closeAllConnections();
  await Promise.all([database.close(), authDatabase.close()]);
  process.exit(0);
}
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(signal));
