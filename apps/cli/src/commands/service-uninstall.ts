import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { runProgram } from "../run-program.ts";
import { requireServiceRights, serviceTarget } from "../service-target.ts";

export async function run(cli: Cli, _args: string[], { scope }: { scope?: "system" | "user" }): Promise<void> {
  const target = serviceTarget(scope, cli.env);
  const { path } = target;
  if (!existsSync(path)) throw new AppError("not_found", `there is no service at ${path}`);
  requireServiceRights(target);
  await cli.confirm(`Stop AgentPod and remove ${path}? Pods and data stay.`);
  const [stop = [], ...rest] = target.stop;
  const stopped = await runProgram(stop);
  await rm(path, { force: true });
  for (const command of rest) await runProgram(command);
  const note = stopped.code === 0 ? "" : ` (${stop.join(" ")} said: ${stopped.output})`;
  cli.out.show({ path, installed: false }, `The service is removed${note}.`);
}
