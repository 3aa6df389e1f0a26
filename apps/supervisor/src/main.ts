import { watch } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { terminalHostVersion } from "@agentpod/core/api/terminal-host";
import { AppError } from "@agentpod/core/errors";
import { ensureHome } from "@agentpod/host/home";
import { beOnlyInstance } from "@agentpod/host/single-instance";
import { announcement, isReady, isRefusal, type Ready } from "./announce.ts";
import { buildDashboard } from "./build-dashboard.ts";
import { readEnv, type SupervisorEnv } from "./env.ts";
import { keepPostgres } from "./keep-postgres.ts";
import { type KeptProcess, keptProcess } from "./kept-process.ts";
import { trulyServes } from "./truly-serves.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Small young generation and a cap: what AgentPod itself takes, its users' pods cannot have. */
const serverFlags = ["--max-semi-space-size=2", "--max-old-space-size=256"];
const terminalFlags = ["--max-semi-space-size=2", "--max-old-space-size=256"];
const gatewayFlags = ["--max-semi-space-size=8", "--max-old-space-size=192"];

/** What is to be ended, last started first. */
const closers: (() => void | Promise<void>)[] = [];

async function start(env: SupervisorEnv): Promise<void> {
  const { settings, home, inherited } = env;
  ensureHome(home);
  closers.push(beOnlyInstance(home));
  const postgres = settings.databaseUrl === null ? await keepPostgres(home, say) : null;
  if (postgres) closers.push(postgres.stop);
  const ready = Promise.withResolvers<Ready>();

  const gateway = keptProcess({
    name: "gateway",
    home,
    argv: [...gatewayFlags, join(root, "apps/gateway/src/main.ts")],
    env: withoutSecrets(inherited),
    adoptVersion: `${version} ${settings.listen}:${settings.port} ${settings.baseDomains.join(",")} ${settings.publicUrl ?? ""}`,
    graceMs: 15_000,
    say,
  });
  const server = keptProcess({
    name: "server",
    home,
    argv: [...serverFlags, join(root, "apps/server/src/main.ts")],
    env: { ...inherited, ...(postgres && { AGENTPOD_DATABASE_OWNER_URL: postgres.ownerUrl }) },
    // A server that outlived its supervisor may be of older code and has lost its way to report.
    adoptVersion: null,
    graceMs: 20_000,
    onMessage(message) {
      if (isReady(message)) ready.resolve(message);
      else if (isRefusal(message)) ready.reject(new AppError("invalid", message.refused));
    },
    say,
  });
  const terminals = keptProcess({
    name: "terminals",
    home,
    argv: [...terminalFlags, join(root, "apps/terminals/src/main.ts")],
    env: withoutSecrets(inherited),
    adoptVersion: terminalHostVersion,
    graceMs: 2000,
    mayOutlive: true,
    say,
  });
  closers.push(gateway.stop, terminals.stop, server.stop);
  await Promise.all([gateway.start(), terminals.start(), server.start()]);
  if (env.isDev) restartOnChange(server);

  const told = await ready.promise;
  if (await trulyServes(settings.port, 30_000)) process.stdout.write(announcement(settings, told));
  else say(`The server is up, but nothing answers on port ${settings.port}: is the port taken? See ${join(home.logs, "gateway.log")}`);
  // Only now: the first page can wait, the API cannot.
  if (settings.hasDashboard) closers.push(buildDashboard(join(root, "apps/web/build/main.ts"), withoutSecrets(inherited), say));
}

async function stopAll(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const {
    DATABASE_URL: _url,
    AGENTPOD_MASTER_KEY: _key,
    AGENTPOD_MASTER_KEY_OLDER: _older,
    AGENTPOD_OIDC_CLIENT_SECRET: _client,
    LLM_API_KEY: _llm,
    ...rest
  } = env;
  return rest;
}

function restartOnChange(server: KeptProcess): void {
  let pending: NodeJS.Timeout | undefined;
  for (const folder of ["apps/server/src", "packages"]) {
    watch(join(root, folder), { recursive: true }, (_event, file) => {
      if (!file?.endsWith(".ts")) return;
      clearTimeout(pending);
      pending = setTimeout(() => server.restart(), 200);
    });
  }
}

function fail(error: unknown): never {
  const { code, message } =
    error instanceof AppError
      ? error
      : { code: "internal", message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  say(`ERROR ${code}: ${message}`);
  process.exit(1);
}

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    say("Stopping AgentPod; pods go on running.");
    stopAll().then(() => process.exit(0), fail);
  });
}

try {
  await start(readEnv());
} catch (error) {
  await stopAll();
  fail(error);
}
