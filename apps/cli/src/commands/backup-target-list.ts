import type { Cli } from "../cli.ts";

export async function run(cli: Cli, _args: string[], { tenant }: { tenant?: string }): Promise<void> {
  const targets = await (await cli.client()).podBackups.targets(tenant ?? null);
  const rows = targets.map(({ name, tenant, config }) => [
    name,
    tenant ?? "(installation)",
    config.kind,
    config.kind === "folder" ? config.path : `${config.endpoint} ${config.bucket}${config.prefix === "" ? "" : `/${config.prefix}`}`,
  ]);
  cli.out.table(
    targets,
    { head: ["NAME", "OF", "KIND", "WHERE"], rows },
    "There are no targets: backups of pods lie in the home of AgentPod.",
  );
}
