import type { Cli } from "../cli.ts";
import { parsePodName } from "../pod-name.ts";

export async function run(cli: Cli, [application = ""]: string[]): Promise<void> {
  const { tenant, pod: name } = parsePodName(application);
  const remote = await (await cli.client()).deployments.remote(tenant, name);
  const branch = remote.branch ?? "main";
  const lines = [
    `git remote add agentpod ${remote.url}`,
    `git push agentpod ${branch}`,
    "",
    `Git asks for a user name, which may be any, and for a password, which is an API token:`,
    `agentpod token create push-${name} --tenant ${tenant} --role operator`,
    ...(remote.commit === null ? [] : [`Last pushed: ${remote.commit} (${remote.pushedAt})`]),
  ];
  cli.out.show(remote, lines.join("\n"));
}
