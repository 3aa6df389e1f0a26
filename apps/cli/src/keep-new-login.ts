import { readCredentials, writeCredentials } from "@agentpod/host/credentials";
import { homeAt } from "@agentpod/host/home";
import type { CliEnv } from "./env.ts";

/**
 * A change of the second factor ends the login it was made with: its successor takes the stored one's place. Gives a sentence
 * where that cannot be, for a login that came from the environment; empty where there is nothing to say or null was given.
 */
export function keepNewLogin(env: CliEnv, token: string | null): string {
  if (token === null) return "";
  if (env.token !== undefined) return "The login in AGENTPOD_TOKEN has ended: log in again.";
  const { keys } = homeAt(env.home);
  const stored = readCredentials(keys, "login");
  if (stored !== null) writeCredentials(keys, { ...stored, token }, "login");
  return "";
}
