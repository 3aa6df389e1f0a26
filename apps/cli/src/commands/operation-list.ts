import type { OperationState } from "@agentpod/core/operation";
import type { Cli } from "../cli.ts";
import { age, printable } from "../format-values.ts";

export interface Options {
  tenant?: string;
  pod?: string;
  state?: OperationState;
  limit: number;
}

export async function run(cli: Cli, _args: string[], options: Options): Promise<void> {
  const { tenant, pod, state, limit } = options;
  const query = { limit, ...(tenant && { tenant }), ...(pod && { pod }), ...(state && { state }) };
  const operations = await (await cli.client()).operations.list(query);
  const rows = operations.map((one) => [
    one.id,
    one.kind,
    one.tenant ?? "-",
    one.position === null ? one.state : `${one.state} (${one.position})`,
    String(one.pods.length),
    age(one.createdAt),
    printable(one.message),
  ]);
  cli.out.table(operations, { head: ["ID", "KIND", "TENANT", "STATE", "PODS", "AGE", "MESSAGE"], rows }, "There are no operations.");
}
