import { type Command, Option } from "commander";
import { collect, examples, noun, positive, verb, yesOption } from "../define-command.ts";

export function tokenCommands(program: Command): void {
  const token = noun(program, "token", "Keys to the API");
  examples(
    verb(token, "create <name>", "Create a token; its secret is shown this once", () => import("../commands/token-create.ts"))
      .option("--tenant <tenant>", "for this tenant alone; else for all that you may")
      .addOption(new Option("--role <role>", "what it may do").choices(["viewer", "operator", "admin", "owner", "platform"]))
      .option("--permission <permission>", "a single permission instead of a role; may be repeated", collect)
      .option("--days <days>", "until it expires; else it never does", positive("--days")),
    "token create ci --tenant acme --role operator --days 90",
    "token create dashboard --role viewer -o json",
  );
  verb(token, "list", "List tokens", () => import("../commands/token-list.ts"));
  verb(token, "delete <id>", "Revoke a token", () => import("../commands/token-delete.ts")).option(...yesOption);
}
