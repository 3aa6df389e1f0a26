import { operationStates } from "@agentpod/core/operation";
import { type Command, Option } from "commander";
import { examples, noun, positive, verb } from "../define-command.ts";

export function operationCommands(program: Command): void {
  const operation = noun(program, "operation", "What takes a while: upgrades, backups, step by step");
  examples(
    verb(operation, "list", "Operations, the newest first", () => import("../commands/operation-list.ts"))
      .option("--tenant <tenant>", "of this tenant alone")
      .option("--pod <pod>", "that are about a pod of this name")
      .addOption(new Option("--state <state>", "in this state alone").choices(operationStates))
      .option("--limit <count>", "so many at most", positive("--limit"), 50),
    "operation list --state running",
  );
  verb(operation, "show <id>", "An operation and its steps", () => import("../commands/operation-show.ts"));
  examples(
    verb(
      operation,
      "watch <id>",
      "Follow an operation's steps until it ends; fails where it fails",
      () => import("../commands/operation-watch.ts"),
    ),
    "operation watch 5a0c7a1e-6f0e-4a55-9d3b-0d2f1c8e9b11",
    "operation watch 5a0c7a1e-6f0e-4a55-9d3b-0d2f1c8e9b11 -o json | jq .state",
  );
  verb(operation, "cancel <id>", "Ask for its end; what was begun is not left half done", () => import("../commands/operation-cancel.ts"));
}
