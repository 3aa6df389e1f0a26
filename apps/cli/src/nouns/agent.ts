import type { Command } from "commander";
import { examples, noun, positive, verb } from "../define-command.ts";

export function agentCommands(program: Command): void {
  const agent = noun(program, "agent", "Agents that are delivered to customers");
  const packages = noun(agent, "package", "An agent as it is delivered: persona, skills, knowledge and configuration");
  examples(
    verb(
      packages,
      "create <folder>",
      "Make the next version of a package from a folder with agent.yaml, and workspace/, skills/ and knowledge/ beside it",
      () => import("../commands/agent-package-create.ts"),
    ).option("--tenant <tenant>", "for this tenant alone"),
    "agent package create ./support-bot",
    "agent package create ./support-bot --tenant acme",
  );
  verb(packages, "list", "List agent packages", () => import("../commands/agent-package-list.ts"));
  verb(packages, "show <name>", "A package, and what may be set of it", () => import("../commands/agent-package-show.ts"))
    .option("--tenant <tenant>", "as this tenant sees it")
    .option("--version <number>", "another than the newest", positive("--version"));
  verb(
    packages,
    "versions <name>",
    "All versions of a package, and who made them",
    () => import("../commands/agent-package-versions.ts"),
  ).option("--tenant <tenant>", "as this tenant sees it");
  examples(
    verb(packages, "files <name> [path]", "The files of a package, or the text of one", () => import("../commands/agent-package-files.ts"))
      .option("--tenant <tenant>", "as this tenant sees it")
      .option("--version <number>", "another than the newest", positive("--version")),
    "agent package files support-bot",
    "agent package files support-bot workspace/SOUL.md --version 2",
  );
}
