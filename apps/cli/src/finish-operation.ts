import type { Cli } from "./cli.ts";
import { describeStep } from "./describe-operation.ts";
import { requireSuccess, watchOperation } from "./watch-operation.ts";

/** Follows an operation to its end, with progress at a terminal; throws where it did not succeed. What came of it is for the caller to show. */
export async function finishOperation(cli: Cli, id: string): Promise<void> {
  const told = new Set<string>();
  requireSuccess(
    await watchOperation(await cli.client(), id, cli.signal, ({ steps }) => {
      for (const line of steps.map(describeStep).filter((one) => !told.has(one))) {
        told.add(line);
        cli.out.progress(line);
      }
    }),
  );
}
