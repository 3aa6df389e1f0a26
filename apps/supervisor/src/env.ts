import { type Home, homeAt } from "@agentpod/host/home";
import { parseSettings, type Settings } from "@agentpod/host/settings";

export interface SupervisorEnv {
  settings: Settings;
  home: Home;
  /** Handed on to the processes it starts. */
  inherited: NodeJS.ProcessEnv;
  isDev: boolean;
}

/** Throws `invalid` with all that is wrong. */
export function readEnv(env: NodeJS.ProcessEnv = process.env, args: readonly string[] = process.argv.slice(2)): SupervisorEnv {
  const settings = parseSettings(env);
  return { settings, home: homeAt(settings.home), inherited: env, isDev: args.includes("--dev") };
}
