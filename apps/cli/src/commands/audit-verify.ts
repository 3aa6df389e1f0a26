import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const found = await (await cli.client()).audit.verify();
  const { events, archives, missingArchives, heads, broken } = found;
  const missing = missingArchives.length === 0 ? "" : `\nNot on that machine, so not looked into: ${missingArchives.join(", ")}.`;
  cli.out.show(found, `${events} events, ${archives} archives and ${heads} exported heads were looked at.${missing}`);
  if (broken !== null) throw new AppError("conflict", `the audit chain is broken: ${broken.message}`);
  if (!cli.out.json) cli.out.show(null, "The audit chain is intact.");
}
