import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export interface Options {
  money?: string;
  tokens?: number;
  warn?: number;
}

export async function run(cli: Cli, [name = ""]: string[], { money, tokens, warn }: Options): Promise<void> {
  if (money !== undefined && !/^\d{1,7}(\.\d{1,6})?$/.test(money))
    throw new AppError("invalid", `--money takes an amount such as 25 or 0.50, not ${money}`);
  const { tenant, pod } = name.includes("/") ? parsePodName(name) : { tenant: name, pod: null };
  const budget = await (await cli.client()).llmBudgets.set(tenant, pod, {
    moneyPerMonth: money === undefined ? null : Number(money),
    tokensPerDay: tokens ?? null,
    ...(warn !== undefined && { warnPercent: warn }),
  });
  cli.out.show(budget, `The LLM budget of ${name} is set: calls beyond it are refused, an alert is raised at ${budget.warnPercent} %.`);
}
