import { type Command, Option } from "commander";
import { filterOptions } from "../audit-filter.ts";
import { count, examples, noun, positive, verb, yesOption } from "../define-command.ts";

export function auditCommands(program: Command): void {
  const audit = noun(program, "audit", "Who did what, when, from where, and what came of it");
  examples(
    filterOptions(verb(audit, "list", "Events, the latest last", () => import("../commands/audit-list.ts"))).option(
      "--limit <count>",
      "how many",
      positive("--limit"),
      100,
    ),
    "audit list --type 'pod.*' --since 7d",
    "audit list --result refused --actor user:1f0c…",
  );
  verb(audit, "verify", "Check that no event was edited, removed or put in", () => import("../commands/audit-verify.ts"));
  examples(
    filterOptions(verb(audit, "export", "All events that fit, oldest first", () => import("../commands/audit-export.ts")))
      .addOption(new Option("--format <format>", "for spreadsheets or programs").choices(["csv", "jsonl"]).default("jsonl"))
      .option("--file <file>", "a new file; else the standard output"),
    "audit export --format csv --since 30d --file audit.csv",
  );
  verb(audit, "archive", "Move old events out of the database into files", () => import("../commands/audit-archive.ts"))
    .requiredOption("--older-than <days>", "how old, 2 days or more", positive("--older-than"))
    .option(...yesOption);
  verb(
    audit,
    "settings",
    "Show or change when events are archived, and where the chain's head goes",
    () => import("../commands/audit-settings.ts"),
  )
    .option("--archive-after <days>", "move events to archive files by themselves; 0: never", count("--archive-after"))
    .option("--head-webhook <url>", 'where the head is told too, out of this installation\'s reach; "": nowhere')
    .option("--head-every <events>", "after how many events, beside hourly", positive("--head-every"));
}
