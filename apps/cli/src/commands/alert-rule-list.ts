import type { Cli } from "../cli.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, _args: string[], { tenant }: Options): Promise<void> {
  const rules = await (await cli.client()).alerts.rules(tenant ?? null);
  const rows = rules.map((r) => [
    r.name,
    r.tenant ?? "-",
    r.kind,
    r.pod ?? "all",
    r.threshold === null ? "-" : String(r.threshold),
    `${r.forSeconds}s`,
    r.channels.join(", ") || "all",
  ]);
  const head = ["NAME", "TENANT", "KIND", "POD", "THRESHOLD", "FOR", "CHANNELS"];
  cli.out.table(rules, { head, rows }, "There are no rules; three failures in a row alert without one.");
}
