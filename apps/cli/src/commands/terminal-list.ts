import type { TerminalView } from "@agentpod/core/api/terminal-view";
import type { Cli } from "../cli.ts";
import { age } from "../format-values.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const { tenant, pod } = parsePodName(name);
  const client = await cli.client();
  const terminals = await client.terminals.list(tenant, pod);
  cli.out.table(
    terminals,
    {
      head: ["TERMINAL", "UNIT", "SIZE", "VIEWERS", "AGE", "STATE"],
      rows: terminals.map((one) => [
        one.id,
        one.unit,
        `${one.size.cols}x${one.size.rows}`,
        `${one.viewers}`,
        age(one.openedAt),
        stateOf(one),
      ]),
    },
    `There are no terminals; open one: agentpod pod terminal attach ${name}`,
  );
}

const stateOf = ({ end }: TerminalView) => (end === null ? "open" : end.reason === "exited" ? `exited (${end.exitCode})` : end.reason);
