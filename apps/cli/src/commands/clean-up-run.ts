import type { CleanUpPlanView } from "@agentpod/core/api/clean-up-view";
import type { Cli } from "../cli.ts";
import { confirm } from "../confirm.ts";
import { describeCleanUp } from "../describe-clean-up.ts";
import { megabytes, printable } from "../format-values.ts";

export interface Options {
  dryRun?: boolean;
  yes?: boolean;
}

const kinds = { release: "release", artifact: "code", upload: "upload", image: "image", build_cache: "build cache" } as const;

export async function run(cli: Cli, _args: string[], { dryRun, yes }: Options): Promise<void> {
  const { cleanUps } = await cli.client();
  if (dryRun) return print(cli, await cleanUps.plan());
  if (!yes) {
    const { goes, bytes } = await cleanUps.plan();
    await confirm(`${goes.length} things would go, ${megabytes(bytes)} in all; clean-up run --dry-run lists them. Go on?`, cli.signal);
  }
  const done = await cleanUps.run();
  cli.out.show(done, describeCleanUp(done));
}

function print({ out }: Cli, plan: CleanUpPlanView): void {
  const rows = plan.goes.map(({ kind, name, bytes, reason }) => [
    kinds[kind],
    printable(name),
    bytes === null ? "-" : megabytes(bytes),
    printable(reason),
  ]);
  const total = ["total", `${plan.goes.length}`, megabytes(plan.bytes), ""];
  const content = { head: ["KIND", "WHAT", "SIZE", "WHY"], rows: rows.length === 0 ? [] : [...rows, total] };
  out.table(plan, content, ["There is nothing to clean up.", ...plan.problems.map(printable)].join("\n"));
}
