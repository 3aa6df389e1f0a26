import type { Cli } from "../cli.ts";
import { describeCertificate } from "../describe-certificate.ts";

export interface Options {
  tenant?: string;
}

export async function run(cli: Cli, [id = ""]: string[], { tenant }: Options): Promise<void> {
  const certificate = await (await cli.client()).certificates.renew(tenant ?? null, id);
  cli.out.show(certificate, describeCertificate(certificate));
}
