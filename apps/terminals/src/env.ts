import { join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { homeAt } from "@agentpod/host/home";
import type { HostSettings } from "./run-host.ts";

/** The environment, read once and here alone. Throws `invalid` with a sentence that names the variable. */
export function hostSettings(env: Record<string, string | undefined> = process.env): HostSettings {
  const home = homeAt(env.AGENTPOD_HOME);
  return {
    socket: join(home.sockets, "terminals.sock"),
    stateDir: join(home.run, "terminals"),
    idleMs: minutes(env.AGENTPOD_TERMINAL_IDLE_MINUTES, 12 * 60) * 60_000,
  };
}

function minutes(text: string | undefined, usual: number): number {
  if (text === undefined || text === "") return usual;
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new AppError("invalid", `AGENTPOD_TERMINAL_IDLE_MINUTES must be a whole number of minutes, not "${text}".`);
  return Number(text);
}
