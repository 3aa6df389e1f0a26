import type { Client } from "@agentpod/client/create-client";
import type { CliEnv } from "./env.ts";
import type { Output } from "./output.ts";

/** What a command works with. */
export interface Cli {
  env: CliEnv;
  out: Output;
  /** Connects on first use. Throws `unauthenticated` when nobody is logged in. */
  client(): Promise<Client>;
  /** Asks at a terminal. Throws `invalid` without one, unless `--yes` was given; `conflict` when the answer is no. */
  confirm(question: string): Promise<void>;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** A command's module. */
export interface CommandModule<O> {
  run(cli: Cli, args: string[], options: O): Promise<void>;
}
