import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [tenant = ""]: string[]): Promise<void> {
  const budgets = await (await cli.client()).llmBudgets.list(tenant);
  const rows = budgets.map((one) => [
    one.pod === null ? one.tenant : `${one.tenant}/${one.pod}`,
    one.moneyPerMonth === null ? "-" : `${one.moneyUsed.toFixed(2)} of ${one.moneyPerMonth.toFixed(2)}`,
    one.tokensPerDay === null ? "-" : `${one.tokensUsed} of ${one.tokensPerDay}`,
    `${one.warnPercent} %`,
  ]);
  cli.out.table(budgets, { head: ["OF", "MONEY THIS MONTH", "TOKENS TODAY", "WARNS AT"], rows }, `${tenant} has no LLM budgets.`);
}
