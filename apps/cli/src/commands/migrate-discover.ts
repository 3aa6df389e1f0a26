import type { ForeignContainerView } from "@agentpod/core/api/adopt-view";
import type { Cli } from "../cli.ts";
import { printable } from "../format-values.ts";

export interface Options {
  compose?: string;
}

export async function run(cli: Cli, _args: string[], { compose }: Options): Promise<void> {
  const all = await (await cli.client()).adoption.discover();
  const found = compose === undefined ? all : all.filter((one) => one.compose?.project === compose);
  const rows = found.map((one) => [
    one.name,
    one.state,
    printable(one.image ?? "-"),
    ports(one),
    one.restart,
    one.compose ? `${one.compose.project}/${one.compose.service}` : "-",
    String(one.volumes.length + one.folders.length),
    printable(verdict(one)),
  ]);
  const head = ["CONTAINER", "STATE", "IMAGE", "PORTS", "RESTART", "COMPOSE", "MOUNTS", "ADOPTABLE"];
  cli.out.table(found, { head, rows }, "There is no container here that AgentPod did not make.");
}

function ports({ ports: all }: ForeignContainerView): string {
  return all.map(({ container, published }) => (published ? `${published.address}:${published.port}->${container}` : container)).join(", ");
}

function verdict({ obstacles, dangers }: ForeignContainerView): string {
  if (obstacles.length > 0) return `no: ${obstacles.join(" ")}`;
  return dangers.length > 0 ? `only with --dangerous: ${dangers.join(" ")}` : "yes";
}
