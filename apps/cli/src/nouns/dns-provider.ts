import { dnsProviderKinds } from "@agentpod/core/certificate";
import { type Command, Option } from "commander";
import { collect, examples, noun, verb, yesOption } from "../define-command.ts";

const tenantOption = ["--tenant <tenant>", "of this tenant; else the installation's own, for base domains"] as const;

export function dnsProviderCommands(program: Command): void {
  const provider = noun(program, "dns-provider", "DNS services that prove names for wildcard certificates");
  examples(
    verb(provider, "add <name>", "Add a DNS service; its credentials are tried first", () => import("../commands/dns-provider-add.ts"))
      .addOption(new Option("--kind <kind>", "the service").choices(dnsProviderKinds).makeOptionMandatory())
      .requiredOption("--zone <zone>", "a zone that it may write; may be repeated", collect)
      .requiredOption("--credentials <file>", "its credentials as YAML or JSON (the command line is visible to others); - is stdin")
      .option(...tenantOption),
    "dns-provider add cf --kind cloudflare --zone example.com --credentials ./cloudflare.yaml",
    "dns-provider add ns1 --kind rfc2136 --zone example.com --tenant acme --credentials -",
  );
  verb(provider, "list", "DNS services", () => import("../commands/dns-provider-list.ts")).option(...tenantOption);
  verb(provider, "kinds", "The services that can be added, and what each wants to know", () => import("../commands/dns-provider-kinds.ts"));
  verb(provider, "remove <name>", "Remove a DNS service", () => import("../commands/dns-provider-remove.ts"))
    .option(...tenantOption)
    .option(...yesOption);
}
