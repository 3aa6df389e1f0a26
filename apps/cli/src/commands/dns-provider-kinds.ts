import type { Cli } from "../cli.ts";

export async function run(cli: Cli): Promise<void> {
  const kinds = await (await cli.client()).dnsProviders.kinds();
  cli.out.table(
    kinds,
    {
      head: ["KIND", "SERVICE", "CREDENTIALS"],
      rows: kinds.map(({ kind, title, fields }) => [kind, title, fields.map((field) => field.name).join(", ")]),
    },
    "There are none.",
  );
}
