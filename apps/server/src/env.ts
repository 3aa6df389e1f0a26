import { readFileSync } from "node:fs";
import { AppError } from "@agentpod/core/errors";
import { type Home, homeAt } from "@agentpod/host/home";
import { parseSettings, type Settings } from "@agentpod/host/settings";
import type { EngineEnvironment } from "@agentpod/runtimes/docker/find-engine";
import { readAccess } from "./auth/read-access.ts";
import type { SignOnProvider } from "./auth/sign-on-provider.ts";
import { environmentProvider } from "./llm/environment-provider.ts";
import type { KeyedProvider } from "./llm/provider-cache.ts";
import type { LogSettings } from "./logs/log-keeper.ts";
import { readLogSettings } from "./logs/read-log-settings.ts";

/** The environment of the server, read once and here alone. */
export interface ServerEnv {
  settings: Settings;
  home: Home;
  /** A URL that may migrate; serving never uses its user. */
  ownerUrl: string;
  embedded: boolean;
  /** Where users may sign on; its secret is in no other process. */
  signOn: SignOnProvider[];
  /** Of the user that the first start makes. */
  adminEmail: string;
  masterKeys: Record<string, string | undefined>;
  /** Folder of the shipped templates. */
  templates: string;
  /** Folder of the dashboard's builds. */
  dashboard: string;
  /** For tests: a file that names where to be killed, see `reconciler/crash-point.ts`. */
  crashFile: string | null;
  logLevel: string;
  /** What is kept of what pods say. */
  podLogs: LogSettings;
  engineEnvironment: EngineEnvironment;
  searchPath: string;
  /** The first provider of models, as `LLM_API_KEY` and `LLM_BASE_URL` say; null without a key. Its key is in no other process. */
  llmProvider: KeyedProvider | null;
}

/** Throws `invalid` with all that is wrong. What holds secrets is then taken out of the environment: children do not inherit it. */
export function readEnv(env: NodeJS.ProcessEnv = process.env): ServerEnv {
  const settings = parseSettings(env);
  const { AGENTPOD_MASTER_KEY, AGENTPOD_MASTER_KEY_OLDER, AGENTPOD_DATABASE_OWNER_URL } = env;
  const access = readAccess(env);
  const llmProvider = environmentProvider({ key: env.LLM_API_KEY?.trim() || null, baseUrl: env.LLM_BASE_URL?.trim() || null });
  const ownerUrl = AGENTPOD_DATABASE_OWNER_URL ?? settings.databaseUrl ?? urlInFile(env.DATABASE_URL_FILE);
  if (!ownerUrl) throw new Error("DATABASE_URL is not set; `npm start` sets it for the embedded PostgreSQL");
  for (const name of [
    "AGENTPOD_MASTER_KEY",
    "AGENTPOD_MASTER_KEY_OLDER",
    "AGENTPOD_DATABASE_OWNER_URL",
    "DATABASE_URL",
    "AGENTPOD_OIDC_CLIENT_SECRET",
    "LLM_API_KEY",
  ])
    delete env[name];
  return {
    settings,
    home: homeAt(settings.home),
    ownerUrl,
    embedded: AGENTPOD_DATABASE_OWNER_URL !== undefined,
    ...access,
    masterKeys: { AGENTPOD_MASTER_KEY, AGENTPOD_MASTER_KEY_OLDER },
    templates: env.AGENTPOD_TEMPLATES ?? new URL("../../../templates", import.meta.url).pathname,
    dashboard: new URL("../../web/dist", import.meta.url).pathname,
    crashFile: env.AGENTPOD_CRASH_FILE ?? null,
    logLevel: env.AGENTPOD_LOG_LEVEL ?? "info",
    podLogs: readLogSettings(env),
    llmProvider,
    searchPath: env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
    engineEnvironment: { DOCKER_HOST: env.DOCKER_HOST, DOCKER_CERT_PATH: env.DOCKER_CERT_PATH, XDG_RUNTIME_DIR: env.XDG_RUNTIME_DIR },
  };
}

/** Null where no file is named. */
function urlInFile(path: string | undefined): string | null {
  if (!path) return null;
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw new AppError("invalid", `DATABASE_URL_FILE names ${path}, which cannot be read.`, { cause });
  }
}
