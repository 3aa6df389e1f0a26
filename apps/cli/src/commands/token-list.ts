import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";

export async function run(cli: Cli): Promise<void> {
  const tokens = await (await cli.client()).tokens.list();
  const rows = tokens.map((token) => [
    token.id,
    token.name,
    token.tenantId ?? (token.ownerId === null ? "every tenant" : "its user's"),
    String(token.permissions.length),
    token.expiresAt ?? "never",
    token.lastUsedAt === null ? "never" : `${age(token.lastUsedAt)} ago`,
  ]);
  cli.out.table(tokens, { head: ["ID", "NAME", "TENANT", "PERMISSIONS", "EXPIRES", "USED"], rows }, "There are no tokens.");
}
