import type { Command } from "commander";
import { collect, count, examples, noun, verb, waitOptions } from "../define-command.ts";

/** What is set of an agent. `name` is how the pod is asked for. */
export function podConfigCommands(pod: Command, name: string): void {
  const config = noun(pod, "config", "An agent's model, channels and configuration");
  verb(config, `show ${name}`, "What is set, without secrets", () => import("../commands/pod-config-show.ts"));
  examples(
    waitOptions(
      verb(
        config,
        `set ${name}`,
        "Change what is set; the agent takes it without a restart where it can",
        () => import("../commands/pod-config-set.ts"),
      )
        .option("--model <name>", "as its provider calls it")
        .option("--base-url <url>", "of the model's API; empty for AgentPod's own LLM proxy")
        .option("--api <name>", "its language: openai-completions, openai-responses or anthropic-messages")
        .option("--key <file>", "with the key of the model's API; - is standard input")
        .option("--secret <channel.key=file>", "a secret of a channel, which is switched on by it; - is standard input", collect)
        .option("--set <path=value>", "a setting by the agent's own name; the value as YAML or JSON", collect)
        .option("--unset <path>", "take one of the pod's own settings away", collect)
        .option(
          "--hibernate-after <seconds>",
          "stop it after so long without traffic, until there is some; 0: never",
          count("--hibernate-after"),
        )
        .option("--from <file>", "YAML or JSON with llm, channels and config; - is standard input"),
    ),
    "pod config set acme/agent --model gpt-4.1 --wait",
    "pod config set acme/agent --secret telegram.botToken=./token --set channels.telegram.dmPolicy=pairing",
    "pod config set acme/agent --hibernate-after 1800 --wait",
    "pod config set acme/agent --from settings.yaml",
  );
  examples(
    verb(
      config,
      `test ${name} <what>`,
      "Ask the provider (llm) or a messenger (telegram) whether it takes the settings",
      () => import("../commands/pod-config-test.ts"),
    ),
    "pod config test acme/agent llm",
  );
}
