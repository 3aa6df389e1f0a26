import type { OperationView } from "@agentpod/core/api/operation-view";
import type { Cli } from "./cli.ts";
import { describeOperation, describeStep } from "./describe-operation.ts";
import { requireSuccess, watchOperation } from "./watch-operation.ts";

/** Follows an operation to its end: progress at a terminal, then the whole of it; throws where it did not succeed. */
export async function followOperation(cli: Cli, id: string): Promise<OperationView> {
  const told = new Set<string>();
  const tell = (operation: OperationView) => {
    const lines =
      operation.position === null ? operation.steps.map(describeStep) : [`place ${operation.position} in the queue: ${operation.message}`];
    for (const line of lines.filter((one) => !told.has(one))) {
      told.add(line);
      cli.out.progress(line);
    }
  };
  const ended = await watchOperation(await cli.client(), id, cli.signal, tell);
  cli.out.show(ended, describeOperation(ended));
  requireSuccess(ended);
  return ended;
}
