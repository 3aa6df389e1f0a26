import type { Client } from "@agentpod/client/create-client";
import { AppError } from "@agentpod/core/errors";
import { type Credentials, readCredentials } from "@agentpod/host/credentials";
import { homeAt } from "@agentpod/host/home";
import type { CliEnv } from "./env.ts";

/**
 * Where to go and as whom: AGENTPOD_TOKEN with AGENTPOD_URL; else a login; else the credentials the server left on its
 * own machine. A stored token is sent to the address it was stored for and to no other.
 */
export function resolveCredentials(env: CliEnv, read: (kind: "login" | "cli") => Credentials | null): Credentials {
  const stored = [read("login"), read("cli")].filter((entry) => entry !== null);
  const wanted = env.url === undefined ? undefined : originOf(env.url);
  if (env.token !== undefined) {
    const [first] = stored;
    if (wanted !== undefined) return { url: wanted, token: env.token };
    if (first !== undefined) return { ...first, token: env.token };
    return { url: "http://localhost:3000", token: env.token };
  }
  const found = stored.find(
    ({ url, publicUrl }) => wanted === undefined || [url, publicUrl].some((one) => one !== undefined && originOf(one) === wanted),
  );
  if (found !== undefined) return found;
  throw new AppError(
    "unauthenticated",
    wanted === undefined
      ? "nobody is logged in; start AgentPod on this machine (npm start), or run: agentpod login <url>"
      : `there is no login for ${wanted}; run: agentpod login ${wanted}, or set AGENTPOD_TOKEN`,
  );
}

/** Scheme, host and port of an address. Throws `invalid` for anything that is no http address. */
export function originOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new AppError("invalid", `${url} is no address; it should look like https://pods.example.com`);
  }
  return parsed.origin;
}

/** A client by the environment and the stored credentials. */
export async function connect(env: CliEnv): Promise<Client> {
  const { keys } = homeAt(env.home);
  const { url, socketPath, token } = resolveCredentials(env, (kind) => readCredentials(keys, kind));
  const { createClient } = await import("@agentpod/client/create-client");
  return createClient({ baseUrl: url, token, ...(socketPath === undefined ? {} : { socketPath }) });
}
