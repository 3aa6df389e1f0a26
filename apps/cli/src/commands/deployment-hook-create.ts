import type { HookKind } from "@agentpod/core/deployment-hook";
import type { Cli } from "../cli.ts";
import { type RemoteOptions, repositoryLogin } from "../fetch-source.ts";
import { parsePodName } from "../pod-name.ts";
import { readText } from "../read-text.ts";

export interface Options extends Omit<RemoteOptions, "ref"> {
  kind: HookKind;
  url?: string;
  branch: string;
}

const places: Record<HookKind, string> = {
  github:
    "In the repository: Settings, Webhooks, Add webhook. Payload URL and Secret are these; Content type application/json; just the push event.",
  gitlab: "In the project: Settings, Webhooks, Add new webhook. URL and Secret token are these; Push events.",
  gitea: "In the repository: Settings, Webhooks, Add webhook, Gitea (or Forgejo). Target URL and Secret are these; Push events.",
  generic:
    'POST {"ref":"refs/heads/<branch>","after":"<commit>"} with X-AgentPod-Signature: t=<seconds>,v1=<hex HMAC-SHA256 of "<seconds>.<body>">.',
};

export async function run(cli: Cli, [application = ""]: string[], options: Options): Promise<void> {
  const { tenant, pod: name } = parsePodName(application);
  const { kind, url, branch, knownHosts } = options;
  const credentials = await repositoryLogin(options);
  const made = await (await cli.client()).deploymentHooks.create(tenant, name, {
    kind,
    branch,
    ...(url !== undefined && { url }),
    ...(credentials && { credentials }),
    ...(knownHosts !== undefined && { knownHosts: await readText(knownHosts) }),
  });
  const lines = [
    `Pushes to ${made.branch} of ${made.url} deploy ${application}.`,
    `address  ${made.address}`,
    `secret   ${made.secret}  (shown this once)`,
    places[kind],
  ];
  cli.out.show(made, lines.join("\n"));
}
