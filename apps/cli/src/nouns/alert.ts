import { alertKinds, alertLanguages, builtInAlertKinds, channelKinds } from "@agentpod/core/alert";
import { logLevels } from "@agentpod/core/log-level";
import { type Command, Option } from "commander";
import { collect, count, examples, noun, positive, verb, yesOption } from "../define-command.ts";

const tenantOption = ["--tenant <tenant>", "of this tenant; else the installation's own"] as const;

export function alertCommands(program: Command): void {
  const alert = noun(program, "alert", "What is the matter, and who is told");
  verb(alert, "list", "What is the matter", () => import("../commands/alert-list.ts"))
    .option("--tenant <tenant>", "of this tenant alone")
    .option("--all", "what was the matter, too");
  verb(alert, "deliveries", "What channels were told, and did not take", () => import("../commands/alert-deliveries.ts")).option(
    "--tenant <tenant>",
    "to channels of this tenant alone",
  );
  examples(
    verb(alert, "channel-add <name>", "Add a channel that alerts go to", () => import("../commands/alert-channel-add.ts"))
      .addOption(new Option("--kind <kind>", "what it is").choices(channelKinds).makeOptionMandatory())
      .requiredOption("--config <file>", "its address and secrets as YAML or JSON (the command line is visible to others); - is stdin")
      .addOption(new Option("--language <language>", "of its notices").choices(alertLanguages).default("en"))
      .option(...tenantOption),
    "alert channel-add ops --kind slack --config ./slack.yaml --tenant acme",
    `echo '{"url":"https://example.com/hook","secret":"…"}' | agentpod alert channel-add hook --kind webhook --config -`,
  );
  verb(alert, "channel-list", "Channels", () => import("../commands/alert-channel-list.ts")).option(...tenantOption);
  verb(alert, "channel-test <name>", "Send a test notice now", () => import("../commands/alert-channel-test.ts")).option(...tenantOption);
  verb(alert, "channel-remove <name>", "Remove a channel", () => import("../commands/alert-channel-remove.ts"))
    .option(...tenantOption)
    .option(...yesOption);
  examples(
    verb(alert, "rule-add <name>", "Add a rule; three failures in a row alert without one", () => import("../commands/alert-rule-add.ts"))
      .addOption(
        new Option("--kind <kind>", "what to look for")
          .choices(alertKinds.filter((kind) => !builtInAlertKinds.some((one) => one === kind)))
          .makeOptionMandatory(),
      )
      .option("--pod <pod>", "one pod of the tenant alone")
      .option(
        "--threshold <number>",
        "percent of the limit (cpu, memory), days (certificate), free MiB (disk_low), lines (log)",
        count("--threshold"),
      )
      .option("--minutes <minutes>", "how long it has to be so", positive("--minutes"))
      .option("--text <text>", "log: part of the line")
      .addOption(new Option("--level <level>", "log: lines as bad as this, or worse").choices(logLevels))
      .option("--within <minutes>", "log: the lines come within so many minutes; 5", positive("--within"))
      .option("--channel <name>", "tell this channel alone; may be repeated", collect)
      .option(...tenantOption),
    "alert rule-add sick --kind unhealthy --minutes 5 --tenant acme",
    "alert rule-add disk --kind disk_low --threshold 2048",
    "alert rule-add errors --kind log --level error --threshold 10 --within 5 --tenant acme",
  );
  examples(
    verb(alert, "rule-set <name>", "Change a rule; what is not named stays", () => import("../commands/alert-rule-set.ts"))
      .option("--pod <pod>", 'one pod of the tenant alone; "" for all')
      .option("--threshold <number>", "as for rule-add", count("--threshold"))
      .option("--minutes <minutes>", "how long it has to be so", count("--minutes"))
      .option("--text <text>", 'log: part of the line; "" for any')
      .addOption(new Option("--level <level>", "log: lines as bad as this, or worse").choices(logLevels))
      .option("--within <minutes>", "log: the lines come within so many minutes", positive("--within"))
      .option("--channel <name>", 'tell this channel alone; may be repeated; "" for all', collect)
      .option(...tenantOption),
    "alert rule-set sick --minutes 10 --tenant acme",
  );
  verb(alert, "rule-list", "Rules", () => import("../commands/alert-rule-list.ts")).option(...tenantOption);
  verb(alert, "rule-remove <name>", "Remove a rule", () => import("../commands/alert-rule-remove.ts"))
    .option(...tenantOption)
    .option(...yesOption);
}
