import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";

export async function run(cli: Cli, [tenant = ""]: string[]): Promise<void> {
  const keys = await (await cli.client()).llmKeys.list(tenant);
  const rows = keys.map((key) => [
    key.id,
    key.pod === null ? key.name : `${key.tenant}/${key.pod}`,
    key.masked,
    age(key.createdAt),
    key.lastUsedAt === null ? "never" : age(key.lastUsedAt),
    key.revokedAt === null ? "holds" : "revoked",
  ]);
  cli.out.table(
    keys,
    { head: ["ID", "OF", "KEY", "AGE", "LAST USED", "STATE"], rows },
    `${tenant} has no LLM keys. A pod whose spec names {{ llm.key }} gets one of its own.`,
  );
}
