import type { Cli } from "../cli.ts";
import { parseDuration } from "../parse-duration.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [preview = ""]: string[], { ttl }: { ttl?: string }): Promise<void> {
  const { tenant, pod: name } = parsePodName(preview);
  const client = await cli.client();
  const view = await client.deployments.extendPreview(tenant, name, ttl === undefined ? {} : { ttlSeconds: parseDuration(ttl, "--ttl") });
  cli.out.show(view, `${tenant}/${name} stays until ${view.expiresAt}.`);
}
