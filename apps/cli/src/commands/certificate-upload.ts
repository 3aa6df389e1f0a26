import type { Cli } from "../cli.ts";
import { describeCertificate } from "../describe-certificate.ts";
import { readText } from "../read-text.ts";

export interface Options {
  chain: string;
  key: string;
}

export async function run(cli: Cli, [tenant = ""]: string[], options: Options): Promise<void> {
  const [chain, key] = [await readText(options.chain), await readText(options.key)];
  const certificate = await (await cli.client()).certificates.upload(tenant, { chain, key });
  cli.out.show(certificate, describeCertificate(certificate));
}
