import type { Client } from "@agentpod/client/create-client";
import type { Cli, CommandModule } from "./cli.ts";
import { readEnv } from "./env.ts";
import { output } from "./output.ts";

/** Runs one command with everything it needs, and closes its connection afterwards. Ctrl-C aborts it and exits with 130. */
export async function runCommand<O>(module: CommandModule<O>, args: string[], options: object): Promise<void> {
  const interrupted = new AbortController();
  const onInterrupt = () => {
    process.exitCode = 130;
    interrupted.abort();
  };
  process.once("SIGINT", onInterrupt);
  const env = readEnv();
  const given = options as { output?: "table" | "json"; yes?: boolean };
  let connected: Promise<Client> | undefined;
  const cli: Cli = {
    env,
    out: output(given.output ?? "table", process.stdout, process.stderr),
    signal: interrupted.signal,
    client() {
      connected ??= import("./connect.ts").then(({ connect }) => connect(env));
      return connected;
    },
    async confirm(question) {
      if (!given.yes) await (await import("./confirm.ts")).confirm(question, interrupted.signal);
    },
  };
  try {
    await module.run(cli, args, options as O);
  } finally {
    process.off("SIGINT", onInterrupt);
    await (await connected?.catch(() => undefined))?.close();
  }
}
