import { llmUsageBy } from "@agentpod/core/api/llm-view";
import { llmDialects } from "@agentpod/core/llm/llm-provider";
import { type Command, Option } from "commander";
import { collect, count, examples, noun, positive, verb, yesOption } from "../define-command.ts";

const tenantOption = ["--tenant <tenant>", "of this tenant; else the installation's own, for every tenant"] as const;

export function llmCommands(program: Command): void {
  const llm = noun(program, "llm", "The LLM proxy: who answers, who may ask, and how much");
  providerCommands(noun(llm, "provider", "Where calls go"));
  keyCommands(noun(llm, "key", "Keys of pods, and keys made by hand"));
  budgetCommands(noun(llm, "budget", "How much tenants and pods may use"));
  examples(
    verb(program, "usage", "Calls, tokens and cost of models", () => import("../commands/usage.ts"))
      .option("--tenant <tenant>", "of this tenant alone")
      .option("--pod <tenant/pod>", "of this pod alone")
      .option("--from <day>", "from this day on (UTC), such as 2026-01-31")
      .option("--to <day>", "up to this day, which is included")
      .addOption(new Option("--by <what>", "sums of what has this in common").choices(llmUsageBy))
      .option("--check <tenant/pod>", "what the proxy counted of this agent, beside the agent's own count")
      .option("--csv", "for spreadsheets")
      .option("--file <file>", "as CSV into a new file"),
    "usage --tenant acme --from 2026-01-01 --by model",
    "usage --csv > usage.csv",
    "usage --check acme/agent",
  );
}

function providerCommands(provider: Command): void {
  examples(
    verb(provider, "add <name>", "Add a provider; its key never reaches a pod", () => import("../commands/llm-provider-add.ts"))
      .addOption(new Option("--dialect <dialect>", "how it is spoken to").choices(llmDialects).makeOptionMandatory())
      .requiredOption("--base-url <url>", "its address: with /v1 for OpenAI-compatible ones, without for Anthropic's")
      .option("--key <file>", "a file with its key; - is stdin; else it is asked for unseen")
      .requiredOption("--model <asked[=upstream]>", "a model, and what the provider calls it; * is every other; may be repeated", collect)
      .option("--price <model=input/output[/read/write]>", "per million tokens, cache read and write too; may be repeated", collect)
      .option("--priority <number>", "lower ones are asked first; 100 unless given", count("--priority"))
      .option(...tenantOption),
    "llm provider add openai --dialect openai --base-url https://api.openai.com/v1 --model gpt-5 --price gpt-5=1.25/10 --key ./key",
    "llm provider add spare --dialect openai --base-url https://llm.example.com/v1 --model gpt-5=big-one --priority 200 --key -",
  );
  verb(provider, "set <name>", "Change a provider; what is not named stays", () => import("../commands/llm-provider-set.ts"))
    .option("--base-url <url>", "its address; another host needs the key anew")
    .option("--key <file>", "a file with its new key; - is stdin")
    .option("--model <asked[=upstream]>", "all its models anew; may be repeated", collect)
    .option("--price <model=input/output[/read/write]>", "of one of its models; may be repeated", collect)
    .option("--priority <number>", "lower ones are asked first", count("--priority"))
    .option(...tenantOption);
  verb(provider, "list", "Providers, in the order in which they are asked", () => import("../commands/llm-provider-list.ts")).option(
    ...tenantOption,
  );
  verb(
    provider,
    "test <name>",
    "Ask a provider whether it takes its key and has its models",
    () => import("../commands/llm-provider-test.ts"),
  ).option(...tenantOption);
  verb(provider, "remove <name>", "Remove a provider", () => import("../commands/llm-provider-remove.ts"))
    .option(...tenantOption)
    .option(...yesOption);
}

function keyCommands(key: Command): void {
  verb(key, "list <tenant>", "A tenant's keys, without their secrets", () => import("../commands/llm-key-list.ts"));
  verb(key, "create <tenant> <name>", "Make a key by hand; it is shown once", () => import("../commands/llm-key-create.ts"));
  verb(key, "revoke <tenant> <id>", "Revoke a key", () => import("../commands/llm-key-revoke.ts")).option(...yesOption);
  verb(key, "rotate <tenant/pod>", "Give a pod a new key and restart it", () => import("../commands/llm-key-rotate.ts")).option(
    ...yesOption,
  );
}

function budgetCommands(budget: Command): void {
  verb(budget, "list <tenant>", "Budgets, and what is used of them", () => import("../commands/llm-budget-list.ts"));
  examples(
    verb(
      budget,
      "set <tenant[/pod]>",
      "Set a budget: calls beyond it are refused before they are sent",
      () => import("../commands/llm-budget-set.ts"),
    )
      .option("--money <amount>", "in a calendar month, in the currency of the prices")
      .option("--tokens <count>", "in a day", positive("--tokens"))
      .option("--warn <percent>", "at which part an alert is raised; 80 unless given", positive("--warn")),
    "llm budget set acme --money 25",
    "llm budget set acme/bot --tokens 200000 --warn 90",
  );
  verb(budget, "remove <tenant[/pod]>", "Remove a budget", () => import("../commands/llm-budget-remove.ts")).option(...yesOption);
}
