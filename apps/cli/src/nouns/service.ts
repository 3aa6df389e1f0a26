import { type Command, Option } from "commander";
import { examples, noun, verb, yesOption } from "../define-command.ts";

export function serviceCommands(program: Command): void {
  const service = noun(program, "service", "Start AgentPod with the machine (systemd, launchd)");
  const scope = () => new Option("--scope <scope>", "for the machine (needs root) or for this user").choices(["system", "user"]);
  examples(
    verb(service, "install", "Install and start the service", () => import("../commands/service-install.ts"))
      .addOption(scope())
      .option("--print", "print the unit; install nothing")
      .option(...yesOption),
    "service install --print",
    "service install --scope user --yes",
  );
  verb(service, "uninstall", "Stop and remove the service; pods and data stay", () => import("../commands/service-uninstall.ts"))
    .addOption(scope())
    .option(...yesOption);
  verb(service, "status", "Whether the service is installed and runs", () => import("../commands/service-status.ts")).addOption(scope());
}
