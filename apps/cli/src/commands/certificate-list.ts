import type { CertificateView } from "@agentpod/core/api/certificate-view";
import type { Cli } from "../cli.ts";
import { printable } from "../format-values.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, _args: string[], { tenant }: Options): Promise<void> {
  const certificates = await (await cli.client()).certificates.list(tenant ?? null);
  const rows = certificates.map((c) => [
    c.id,
    c.tenant ?? "-",
    namesOf(c),
    c.source,
    c.state,
    c.notAfter?.slice(0, 10) ?? "-",
    printable(c.message),
  ]);
  cli.out.table(
    certificates,
    { head: ["ID", "TENANT", "NAMES", "SOURCE", "STATE", "UNTIL", "MESSAGE"], rows },
    "There are no certificates yet. They come by themselves once a host is routed.",
  );
}

const namesOf = ({ names }: CertificateView): string =>
  names.length > 2 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(", ");
