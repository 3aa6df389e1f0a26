import type { Cli } from "../cli.ts";

export async function run(cli: Cli, [name = ""]: string[], { tenant }: { tenant?: string }): Promise<void> {
  const versions = await (await cli.client()).agents.packages.versions(name, tenant);
  const rows = versions.map(({ version, createdAt, createdBy, agentVersion, channels }) => [
    String(version),
    createdAt,
    createdBy,
    agentVersion,
    channels.join(","),
  ]);
  cli.out.table(versions, { head: ["VERSION", "MADE", "BY", "AGENT", "CHANNELS"], rows }, `${name} has no versions.`);
}
