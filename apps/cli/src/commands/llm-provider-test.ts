import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";

/** Throws `unavailable` when the test says no, so that a script sees it. */
export async function run(cli: Cli, [name = ""]: string[], { tenant }: { tenant?: string }): Promise<void> {
  const result = await (await cli.client()).llmProviders.test(tenant ?? null, name);
  if (!result.ok && !cli.out.json) throw new AppError("unavailable", result.message);
  cli.out.show(result, result.message);
  if (!result.ok) process.exitCode = 1;
}
