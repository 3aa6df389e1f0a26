import type { Cli } from "../cli.ts";
import { kilobytes } from "../describe-pod-backup.ts";
import { age, printable } from "../format-values.ts";

/** Of a pod, `<tenant>/<pod>`, or of all pods of a tenant. */
export async function run(cli: Cli, [name = ""]: string[], { unit }: { unit?: string }): Promise<void> {
  const [tenant = "", pod] = name.split("/");
  const filter = { ...(pod !== undefined && { pod }), ...(unit !== undefined && { unit }) };
  const dumps = await (await cli.client()).databases.dumps(tenant, filter);
  const rows = dumps.map((one) => [
    one.id.slice(0, 8),
    `${one.tenant}/${one.pod}`,
    one.unit,
    one.state,
    age(one.createdAt),
    one.trigger === "schedule" ? "by itself" : "asked for",
    one.target ?? "-",
    one.bytes === null ? "-" : kilobytes(one.bytes),
    one.content === null ? "-" : String(one.content.rows),
    one.check === null ? "-" : one.check.isPassed ? "passed" : "failed",
    printable(one.message),
  ]);
  const head = ["ID", "POD", "UNIT", "STATE", "AGE", "WHY", "TARGET", "SIZE", "ROWS", "TRIED OUT", "MESSAGE"];
  cli.out.table(dumps, { head, rows }, "No dumps are kept; agentpod db dumps create makes one.");
}
