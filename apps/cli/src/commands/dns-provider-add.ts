import type { AddDnsProviderRequest } from "@agentpod/core/api/dns-provider-view";
import { AppError } from "@agentpod/core/errors";
import type { Cli } from "../cli.ts";
import { readData } from "../read-data.ts";

export interface Options {
  tenant?: string;
  kind: AddDnsProviderRequest["kind"];
  zone: string[];
  credentials: string;
}

export async function run(cli: Cli, [name = ""]: string[], { tenant, kind, zone, credentials }: Options): Promise<void> {
  const data = await readData(credentials);
  if (typeof data !== "object" || data === null || Object.values(data).some((value) => typeof value !== "string"))
    throw new AppError("invalid", `${credentials} must hold texts by name, such as apiToken: "…"`);
  const provider = await (await cli.client()).dnsProviders.add(tenant ?? null, {
    name,
    kind,
    zones: zone,
    credentials: data as Record<string, string>,
  });
  cli.out.show(provider, `DNS provider ${provider.name} (${provider.kind}) may prove names of ${provider.zones.join(", ")}.`);
}
