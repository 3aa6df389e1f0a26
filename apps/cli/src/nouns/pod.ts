import { logLevels } from "@agentpod/core/log-level";
import { type Command, Option } from "commander";
import { collect, examples, noun, positive, verb, waitOptions, yesOption } from "../define-command.ts";
import { podAgentCommands } from "./pod-agent.ts";
import { podBackupCommands } from "./pod-backup.ts";
import { podChannelCommands } from "./pod-channels.ts";
import { podConfigCommands } from "./pod-config.ts";
import { podFileCommands } from "./pod-files.ts";
import { upgradeCommand } from "./upgrade.ts";

const name = "<tenant/pod>";

export function podCommands(program: Command): void {
  const pod = noun(program, "pod", "What runs: isolated units with a URL");
  examples(
    waitOptions(
      verb(pod, `create ${name}`, "Create a pod from a template or a spec", () => import("../commands/pod-create.ts"))
        .option("-t, --template <name>", "template, or name@version")
        .option("-p, --package <name>", "agent package, or name@version")
        .option("-i, --input <key=value>", "an input of the template; may be repeated", collect)
        .option("--inputs-file <file>", "inputs as YAML or JSON (for secrets: the command line is visible to others); - is stdin")
        .option("-s, --spec <file>", "a whole spec as YAML or JSON instead of a template"),
    ),
    "pod create acme/web --template hello --wait",
    "pod create acme/agent --package support-bot --wait",
    "pod create acme/db --template postgres --input database=shop",
    "pod create acme/api --spec ./pod.yaml -o json",
  );
  verb(pod, "list", "List pods", () => import("../commands/pod-list.ts"))
    .option("--tenant <tenant>", "of this tenant alone")
    .option("--watch", "go on, with a line for every change");
  verb(pod, `status ${name}`, "One pod: phase, units, health, addresses", () => import("../commands/pod-status.ts")).option(
    "--watch",
    "go on, with the status after every change",
  );
  for (const [word, summary] of [
    ["start", "Run a stopped or sleeping pod"],
    ["stop", "Stop a pod; data and address stay"],
    ["sleep", "Stop a pod until the next request to it"],
    ["restart", "Replace every unit by a new run"],
  ] as const) {
    waitOptions(verb(pod, `${word} ${name}`, summary, async () => (await import("../commands/pod-lifecycle.ts")).lifecycle(word)));
  }
  examples(
    waitOptions(
      verb(pod, `update ${name}`, "Change inputs, template or spec", () => import("../commands/pod-update.ts"))
        .option("-t, --template <name>", "template, or name@version")
        .option("-i, --input <key=value>", "an input of the template; may be repeated", collect)
        .option("--inputs-file <file>", "inputs as YAML or JSON; - is stdin")
        .option("-s, --spec <file>", "a whole spec as YAML or JSON")
        .addOption(new Option("--generation <number>", "refuse if the pod has moved on since").argParser(positive("--generation"))),
    ),
    "pod update acme/web --input greeting=Hi --wait",
    "pod update acme/web --template hello@2",
  );
  upgradeCommand(pod);
  examples(
    verb(pod, `logs ${name}`, "Print log lines", () => import("../commands/pod-logs.ts"))
      .option("-f, --follow", "go on with new lines")
      .option("--tail <lines>", "only the last lines", positive("--tail"))
      .option("--since <time>", "a time, or how long ago: 10m, 2h, 1d")
      .option("--unit <unit>", "of this unit alone")
      .option("--search <text>", "lines that hold this text")
      .addOption(new Option("--level <level>", "lines as bad as this, or worse").choices(logLevels))
      .option("--summary", "how many lines of which level, and what was said most often; of the last day, or --since"),
    "pod logs acme/web --tail 50",
    "pod logs acme/web -f --unit app",
    "pod logs acme/web --level error --since 2h",
    "pod logs acme/web --summary",
  );
  examples(
    verb(pod, `exec ${name} [command...]`, "Run a program in a unit", () => import("../commands/pod-exec.ts"))
      .option("-i, --interactive", "hand on standard input")
      .option("-t, --tty", "with a terminal")
      .option("--unit <unit>", "in this unit; else the first")
      .option("--workdir <path>", "where to start it"),
    "pod exec acme/web -- ls -l /app",
    "pod exec acme/web -it -- sh",
  );
  verb(pod, `events ${name}`, "What happened to a pod", () => import("../commands/pod-events.ts"))
    .option("--watch", "go on with new events")
    .option("--limit <count>", "how many", positive("--limit"), 50);
  verb(pod, `health ${name}`, "What the probes last said", async () => import("../commands/pod-health.ts"));
  verb(pod, `revisions ${name}`, "The generations of a pod", () => import("../commands/pod-revisions.ts"));
  waitOptions(
    verb(pod, `rollback ${name} <generation>`, "Write an earlier generation as the next one", () => import("../commands/pod-rollback.ts")),
  );
  examples(
    waitOptions(
      verb(pod, `delete ${name}`, "Delete a pod and its data", () => import("../commands/pod-delete.ts"))
        .option("--keep-data", "volumes stay")
        .option("--delete-data", "volumes go; of an adopted pod one of the two must be said")
        .option(...yesOption),
    ),
    "pod delete acme/web --yes --wait",
  );
  const terminal = noun(pod, "terminal", "Terminals that stay while you come and go");
  examples(
    verb(terminal, `attach ${name} [terminal]`, "Look at a terminal and type into it", () => import("../commands/terminal-attach.ts"))
      .option("--new", "open another one, though there is one already")
      .option("--unit <unit>", "in this unit; else the first"),
    "pod terminal attach acme/web",
    "pod terminal attach acme/web --new --unit app",
  );
  verb(terminal, `list ${name}`, "Terminals of a pod", () => import("../commands/terminal-list.ts"));
  verb(
    terminal,
    `close ${name} <terminal>`,
    "Close a terminal and end what was started in it",
    () => import("../commands/terminal-close.ts"),
  );
  podConfigCommands(pod, name);
  podChannelCommands(pod, name);
  podAgentCommands(pod, name);
  podFileCommands(pod, name);
  podBackupCommands(pod, name);
  const secret = noun(program, "secret", "Values that are stored encrypted");
  verb(secret, `list ${name}`, "Names of a pod's secrets", () => import("../commands/secret-list.ts"));
  verb(secret, `reveal ${name} <secret>`, "Show a value; written down in the event log", () => import("../commands/secret-reveal.ts"));
}
