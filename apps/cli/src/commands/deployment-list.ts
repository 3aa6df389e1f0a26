import type { Client } from "@agentpod/client/create-client";
import type { Cli } from "../cli.ts";
import { deployTenant } from "../deploy-tenant.ts";
import { age, printable } from "../format-values.ts";

export interface Options {
  tenant?: string;
  limit: number;
  previews?: boolean;
}

export async function run(cli: Cli, [application]: string[], { tenant, limit, previews }: Options): Promise<void> {
  const client = await cli.client();
  const [of, name] = application?.includes("/") ? application.split("/", 2) : [tenant, application];
  if (previews) return listPreviews(cli, client, await deployTenant(client, of, cli.out.progress), name);
  const found = await client.deployments.list(await deployTenant(client, of, cli.out.progress), {
    limit,
    ...(name !== undefined && { name }),
  });
  const rows = found.map((one) => [
    `${one.tenant}/${one.name}`,
    String(one.number),
    one.action === "rollback" ? `rollback to ${one.target}` : one.action,
    one.serves ? `${one.state}, serves` : one.state,
    age(one.createdAt),
    one.url ?? "-",
    printable(one.message),
  ]);
  cli.out.table(found, { head: ["APPLICATION", "NUMBER", "ACTION", "STATE", "AGE", "URL", "MESSAGE"], rows }, "Nothing was deployed yet.");
}

async function listPreviews(cli: Cli, client: Client, tenant: string, project: string | undefined): Promise<void> {
  const found = await client.deployments.previews(tenant, project === undefined ? {} : { project });
  const rows = found.map((one) => [
    `${one.tenant}/${one.name}`,
    one.project,
    one.ending ? "ending" : (one.state ?? "-"),
    one.database === "copy" ? "a copy" : "its own",
    one.expiresAt,
    one.url ?? "-",
  ]);
  cli.out.table(found, { head: ["PREVIEW", "OF", "STATE", "DATABASE", "UNTIL", "URL"], rows }, "There are no previews.");
}
