import type { Cli } from "../cli.ts";
import { printable } from "../format-values.ts";

export async function run(cli: Cli): Promise<void> {
  const status = await (await cli.client()).backups.status();
  const rows = status.backups.map(({ name, createdAt, bytes, trigger, hasKey, problem }) => [
    name,
    createdAt ?? "-",
    `${Math.ceil(bytes / 1024)} kB`,
    trigger === "schedule" ? "by itself" : "asked for",
    problem === null ? (hasKey ? "with key" : "without key") : printable(problem),
  ]);
  cli.out.table(
    status,
    { head: ["NAME", "MADE", "SIZE", "WHY", "MASTER KEY"], rows },
    "There are no backups; agentpod backup create makes one.",
  );
}
