import type { Cli } from "../cli.ts";
import { kilobytes } from "../describe-pod-backup.ts";
import { age, printable } from "../format-values.ts";

/** Of a pod, `<tenant>/<pod>`, or of all pods of a tenant. */
export async function run(cli: Cli, [name = ""]: string[]): Promise<void> {
  const [tenant = "", pod] = name.split("/");
  const backups = await (await cli.client()).podBackups.list(tenant, pod);
  const rows = backups.map((one) => [
    one.id.slice(0, 8),
    `${one.tenant}/${one.pod}`,
    one.state,
    age(one.createdAt),
    one.trigger === "request" ? "asked for" : one.trigger === "schedule" ? "by itself" : "before an upgrade",
    one.target ?? "-",
    one.bytes === null ? "-" : kilobytes(one.bytes),
    one.drill === null ? "-" : one.drill.isPassed ? "passed" : "failed",
    printable(one.message),
  ]);
  const head = ["ID", "POD", "STATE", "AGE", "WHY", "TARGET", "SIZE", "DRILL", "MESSAGE"];
  cli.out.table(backups, { head, rows }, "There are no backups; agentpod pod backup create makes one.");
}
