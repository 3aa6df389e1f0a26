import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const packages = await (await cli.client()).agents.packages.list();
  const rows = packages.map(({ name, version, tenantId, agentVersion, channels, title }) => [
    name,
    String(version),
    tenantId === null ? "everyone" : "one tenant",
    agentVersion,
    channels.join(","),
    title.en,
  ]);
  cli.out.table(
    packages,
    { head: ["NAME", "VERSION", "FOR", "AGENT", "CHANNELS", "TITLE"], rows },
    "There are no agent packages; make one: agentpod agent package create <folder>",
  );
}
