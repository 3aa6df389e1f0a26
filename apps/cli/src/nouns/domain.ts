import { type Command, Option } from "commander";
import { examples, noun, verb, yesOption } from "../define-command.ts";

export function domainCommands(program: Command): void {
  const domain = noun(program, "domain", "Domains of a tenant, for the addresses of its pods");
  const of = "<tenant> <domain>";
  examples(
    verb(domain, `add ${of}`, "Add a domain; says what to publish", () => import("../commands/domain-add.ts")),
    "domain add acme example.com",
    "domain add acme bücher.example",
  );
  verb(domain, "list <tenant>", "Domains of a tenant", () => import("../commands/domain-list.ts"));
  verb(domain, `status ${of}`, "One domain: what is missing, and where it points", () => import("../commands/domain-status.ts"));
  examples(
    verb(domain, `verify ${of}`, "Look for the proof now", () => import("../commands/domain-verify.ts"))
      .addOption(
        new Option("--method <method>", "look by this way alone; trusted: the installation's admin says so, without a proof").choices([
          "dns",
          "http",
          "trusted",
        ]),
      )
      .option(...yesOption),
    "domain verify acme example.com",
    "domain verify acme intranet.corp --method trusted",
  );
  verb(domain, `remove ${of}`, "Remove a domain that no pod uses", () => import("../commands/domain-remove.ts")).option(...yesOption);
}
