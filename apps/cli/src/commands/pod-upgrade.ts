import type { UpgradeSelection } from "@agentpod/core/api/upgrade-view";
import { AppError } from "@agentpod/core/errors";
import type { UpgradeLine } from "@agentpod/core/upgrade-plan";
import type { Cli } from "../cli.ts";
import { describeOperation } from "../describe-operation.ts";
import { followOperation } from "../follow-operation.ts";
import { printable } from "../format-values.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  all?: boolean;
  tenant?: string;
  template?: string;
  package?: string;
  to?: number;
  atOnce: number;
  stopAfter: number;
  settle: number;
  timeout: number;
  state: boolean;
  dryRun?: boolean;
  wait?: boolean;
}

export async function run(cli: Cli, names: string[], options: Options): Promise<void> {
  // A package is a template whose pods are agents.
  const { all = false, tenant, to, template = options.package } = options;
  if (names.length > 0 && (all || tenant !== undefined || template !== undefined))
    throw new AppError("invalid", "name pods, or say --all, --tenant, --template or --package");
  const selection = {
    ...selectionOf(names, { all, ...(tenant && { tenant }), ...(template && { template }) }),
    ...(to !== undefined && { to }),
    withState: options.state,
  };
  const client = await cli.client();
  if (options.dryRun) return printPlan(cli, await client.upgrades.plan(selection));
  const { atOnce, stopAfter, settle: settleSeconds, timeout: timeoutSeconds } = options;
  const started = await client.upgrades.start({ ...selection, atOnce, stopAfter, settleSeconds, timeoutSeconds });
  if (started.operation === null) cli.out.show(started, "There is nothing to upgrade.");
  else if (options.wait) await followOperation(cli, started.operation.id);
  else {
    const { operation } = started;
    cli.out.show(started, `${describeOperation(operation)}\nFollow it: agentpod operation watch ${operation.id}`);
  }
}

/** One pod by itself may go to a version that is named. */
function selectionOf(names: string[], others: UpgradeSelection): UpgradeSelection {
  const [name, ...more] = names;
  if (name === undefined) return others;
  if (more.length === 0) return parsePodName(name);
  for (const one of names) parsePodName(one);
  return { pods: names };
}

function printPlan(cli: Cli, plan: UpgradeLine[]): void {
  const rows = plan.map((line) => [
    line.pod,
    line.template ?? "-",
    String(line.from ?? "-"),
    String(line.to ?? "-"),
    line.action,
    line.withState ? "yes" : "-",
    printable(line.reason),
  ]);
  cli.out.table(plan, { head: ["POD", "TEMPLATE", "FROM", "TO", "ACTION", "BACKUP", "WHY"], rows }, "There are no such pods.");
}
