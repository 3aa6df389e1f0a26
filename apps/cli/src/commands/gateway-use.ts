import type { GatewayChoiceInput, UsedGateway } from "@agentpod/core/api/gateway-view";
import type { Cli } from "../cli.ts";
import { describeGateway } from "./gateway-status.ts";

export interface Options {
  admin?: string;
  http?: string;
  https?: string;
  httpEntryPoint?: string;
  httpsEntryPoint?: string;
  httpsPort?: number;
  inner?: string;
}

export async function run(cli: Cli, [kind = ""]: string[], options: Options): Promise<void> {
  const client = await cli.client();
  await cli.confirm(`Have clients come to ${kind}?`);
  const used = await client.gateway.use(choiceOf(kind, options));
  cli.out.show(used, [describeGateway(used), ...traefikSteps(used)].join("\n"));
}

const names = ["admin", "http", "https", "httpEntryPoint", "httpsEntryPoint", "httpsPort", "inner"] as const;

/** Only what was said: the rest is the server's to fill in, and to refuse. */
function choiceOf(kind: string, options: Options): GatewayChoiceInput {
  const given = names.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name] === "none" ? null : options[name]]]));
  return { kind, ...Object.fromEntries(given) };
}

/** What to write into Traefik's static configuration; the token is shown this once. */
function traefikSteps({ endpoint }: UsedGateway): string[] {
  if (endpoint === null) return [];
  return [
    "",
    "Add this to Traefik's static configuration and restart it; it is in use from its first request on:",
    "",
    "providers:",
    "  http:",
    `    endpoint: ${endpoint.url}`,
    "    pollInterval: 5s",
    "    headers:",
    `      Authorization: Bearer ${endpoint.token}`,
    "",
    "And set AGENTPOD_TRUSTED_PROXIES to the address that Traefik comes from, so that pods see their clients' own.",
  ];
}
