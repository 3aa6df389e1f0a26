import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

/** Throws `unavailable` when the test says no, so that a script sees it. */
export async function run(cli: Cli, [name = "", what = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const result = await (await cli.client()).agents.testConfig(tenant, pod, what);
  if (!result.ok && !cli.out.json) throw new AppError("unavailable", result.message);
  cli.out.show(result, result.message);
  if (!result.ok) process.exitCode = 1;
}
