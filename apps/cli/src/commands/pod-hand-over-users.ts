import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const all = await (await cli.client()).customerAccesses.list(tenant, pod);
  const rows = all.map(({ id, createdAt, lastUsedAt, expiresAt }) => [id, createdAt, lastUsedAt ?? "-", expiresAt]);
  cli.out.table(all, { head: ["ID", "SINCE", "LAST SEEN", "UNTIL"], rows }, `No browser has a page of ${name}.`);
}
