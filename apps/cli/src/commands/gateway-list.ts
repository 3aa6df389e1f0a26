import type { Cli } from "../cli.ts";

const gateways = [
  ["embedded", "AgentPod's own; runs in any case"],
  ["caddy", "Caddy on this machine, by its admin API"],
  ["traefik", "Traefik v3, which asks for its configuration (HTTP provider)"],
] as const;

export async function run(cli: Cli): Promise<void> {
  const { inUse, prepared } = await (await cli.client()).gateway.view();
  const all = gateways.map(([kind, description]) => ({
    kind,
    state: kind === inUse.kind ? "in use" : kind === prepared?.kind ? "prepared" : "",
    description,
  }));
  cli.out.table(
    all,
    { head: ["GATEWAY", "STATE", "WHAT"], rows: all.map(({ kind, state, description }) => [kind, state, description]) },
    "",
  );
}
