import { hookKinds } from "@agentpod/core/deployment-hook";
import { type Command, Option } from "commander";
import { examples, noun, positive, verb, yesOption } from "../define-command.ts";

/** `agentpod deployment remote` and `hook …`: what deploys when it is pushed. */
export function deploymentPushCommands(deployment: Command): void {
  verb(
    deployment,
    "remote <tenant/name>",
    "How git push deploys an application, or makes it",
    () => import("../commands/deployment-remote.ts"),
  );
  const hook = noun(deployment, "hook", "Deploy when a branch of a repository is pushed");
  examples(
    verb(hook, "create <tenant/name>", "Make a hook; its secret is shown this once", () => import("../commands/deployment-hook-create.ts"))
      .addOption(new Option("--kind <kind>", "who tells of pushes").choices(hookKinds).makeOptionMandatory())
      .option("--url <address>", "of the repository; else the one that it was deployed from")
      .option("--branch <branch>", "whose pushes deploy", "main")
      .option("--token-file <file>", "of a private repository: a file with a token, or - for what is piped in")
      .option("--user <name>", "who the token belongs to, where the host asks: oauth2, x-access-token …")
      .option("--key-file <file>", "of a private repository by SSH: a file with a deploy key")
      .option("--known-hosts <file>", "keys of the host; without it the first that is seen is taken"),
    "deployment hook create acme/shop --kind github --url https://github.com/team/shop.git",
    "deployment hook create acme/shop --kind gitlab --branch production --token-file ./read-token --user oauth2",
  );
  verb(hook, "list <tenant/name>", "Hooks of an application", () => import("../commands/deployment-hook-list.ts"));
  verb(
    hook,
    "deliveries <tenant/name> <id>",
    "What a hook was told, and what came of it",
    () => import("../commands/deployment-hook-deliveries.ts"),
  ).option("--limit <count>", "so many at most", positive("--limit"), 20);
  verb(hook, "delete <tenant/name> <id>", "Let pushes deploy no longer", () => import("../commands/deployment-hook-delete.ts")).option(
    ...yesOption,
  );
}
