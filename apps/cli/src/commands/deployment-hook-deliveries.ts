import type { Cli } from "../cli.ts";
import { age, printable } from "../format-values.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [application = "", id = ""]: string[], { limit }: { limit: number }): Promise<void> {
  const { tenant, pod: name } = parsePodName(application);
  const found = await (await cli.client()).deploymentHooks.deliveries(tenant, name, id, { limit });
  const rows = found.map((one) => [
    age(one.at),
    printable(one.event),
    one.commit?.slice(0, 12) ?? "-",
    one.outcome,
    one.deployment === null ? "-" : String(one.deployment),
    printable(one.message),
  ]);
  cli.out.table(found, { head: ["AGE", "EVENT", "COMMIT", "OUTCOME", "DEPLOYMENT", "MESSAGE"], rows }, "Nothing was delivered yet.");
}
