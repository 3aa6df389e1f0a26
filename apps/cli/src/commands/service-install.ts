import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { runProgram } from "../run-program.ts";
import { requireServiceRights, serviceTarget } from "../service-target.ts";

export interface Options {
  scope?: "system" | "user";
  print?: boolean;
}

export async function run(cli: Cli, _args: string[], { scope, print }: Options): Promise<void> {
  const target = serviceTarget(scope, cli.env);
  const { kind, path, content } = target;
  if (print) {
    cli.out.show({ kind, scope: target.scope, path, content }, content.trimEnd());
    return;
  }
  requireServiceRights(target);
  await cli.confirm(`Write ${path} and start AgentPod with the machine?`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode: 0o644 });
  for (const command of target.start) {
    const { code, output } = await runProgram(command);
    if (code !== 0) throw new AppError("unavailable", `${path} is written, but ${command.join(" ")} failed: ${output}`);
  }
  cli.out.show({ kind, scope: target.scope, path, installed: true }, `AgentPod starts with the machine (${path}).`);
}
