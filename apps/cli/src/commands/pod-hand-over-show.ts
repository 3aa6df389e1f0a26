import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const found = await (await cli.client()).handOver.get(tenant, pod);
  if (found === null) {
    cli.out.show(null, `${name} has no hand-over link.`);
    return;
  }
  const { usedAt, expiresAt, isOpen } = found;
  const state = usedAt !== null ? `used at ${usedAt}` : isOpen ? `open until ${expiresAt}` : `over since ${expiresAt}`;
  cli.out.show(found, `The hand-over link of ${name}, made at ${found.createdAt}, is ${state}.`);
}
