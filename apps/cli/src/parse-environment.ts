import { parseEnv } from "node:util";
import { AppError } from "@agentpod/core/errors";
import { readText } from "./read-text.ts";

export interface EnvironmentOptions {
  env?: string[];
  envFile?: string[];
  unsetEnv?: string[];
}

/** Variables of `--env`, `--env-file` and `--unset-env`; those said one by one go before those of files. Throws `invalid` for a pair without `=`. */
export async function parseEnvironment({
  env = [],
  envFile = [],
  unsetEnv = [],
}: EnvironmentOptions): Promise<Record<string, string | null>> {
  const given: Record<string, string | null> = {};
  for (const file of envFile)
    for (const [name, value] of Object.entries(parseEnv(await readText(file)))) if (value !== undefined) given[name] = value;
  for (const pair of env) {
    const at = pair.indexOf("=");
    if (at < 1) throw new AppError("invalid", `--env ${pair.slice(0, 40)}: write NAME=value`);
    given[pair.slice(0, at)] = pair.slice(at + 1);
  }
  for (const name of unsetEnv) given[name] = null;
  return given;
}
