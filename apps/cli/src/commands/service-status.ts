import { existsSync } from "node:fs";
import type { Cli } from "../cli.ts";
import { runProgram } from "../run-program.ts";
import { serviceTarget } from "../service-target.ts";

export async function run(cli: Cli, _args: string[], { scope }: { scope?: "system" | "user" }): Promise<void> {
  const target = serviceTarget(scope, cli.env);
  const installed = existsSync(target.path);
  const running = installed && (await runProgram(target.status)).code === 0;
  const words = installed ? `installed and ${running ? "running" : "not running"}` : "not installed";
  cli.out.show(
    { kind: target.kind, scope: target.scope, path: target.path, installed, running },
    `The service is ${words} (${target.path}).`,
  );
}
