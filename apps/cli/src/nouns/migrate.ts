import { type Command, Option } from "commander";
import { examples, noun, positive, verb, waitOptions, yesOption } from "../define-command.ts";

export function migrateCommands(program: Command): void {
  const migrate = noun(program, "migrate", "Containers that AgentPod did not make: find them, take them over, give them back");
  examples(
    verb(migrate, "discover", "Containers and what adopting each would mean", () => import("../commands/migrate-discover.ts")).option(
      "--compose <project>",
      "of this compose project alone",
    ),
    "migrate discover",
    "migrate discover -o json",
  );
  examples(
    waitOptions(
      verb(
        migrate,
        "adopt <container> <tenant/pod>",
        "Take a container over while it runs on",
        () => import("../commands/migrate-adopt.ts"),
      )
        .addOption(new Option("--port <port>", "its port that the pod's address leads to").argParser(positive("--port")))
        .option("--health-path <path>", "a path that answers when it is well; else that something listens is enough")
        .addOption(new Option("--memory <MB>", "its limit once it is made anew, where it has none").argParser(positive("--memory")))
        .addOption(new Option("--cpus <cores>", "likewise").argParser(Number))
        .option("--dangerous", "also one that may do anything to this machine")
        .option(...yesOption),
    ),
    "migrate adopt my-bot acme/bot --port 18789 --wait",
  );
  examples(
    waitOptions(
      verb(
        migrate,
        "release <tenant/pod>",
        "Give an adopted container back as it was found; it runs on",
        () => import("../commands/migrate-release.ts"),
      ).option(...yesOption),
    ),
    "migrate release acme/bot --wait",
  );
}
