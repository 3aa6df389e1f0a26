import type { Command } from "commander";
import { count, examples, noun, positive, verb, yesOption } from "../define-command.ts";

const noWait = ["--no-wait", "do not wait until it is done"] as const;

/** Backups of a pod's volumes. `name` is how the pod is asked for. */
export function podBackupCommands(pod: Command, name: string): void {
  const backup = noun(pod, "backup", "Back up a pod's volumes, and bring them back");
  examples(
    verb(
      backup,
      `create ${name}`,
      "Copy a pod's volumes to a target, and read the copy back",
      () => import("../commands/pod-backup-create.ts"),
    )
      .option("--target <name>", "where to; else the home of AgentPod")
      .option("--live", "while the pod runs, also what it would stand still for")
      .option(...noWait),
    "pod backup create acme/agent",
    "pod backup create acme/agent --target bucket",
  );
  verb(
    backup,
    "list <tenant[/pod]>",
    "Backups, the newest first; those of deleted pods too",
    () => import("../commands/pod-backup-list.ts"),
  );
  verb(
    backup,
    `show ${name} [backup]`,
    "One backup, the newest unless said: volumes, when it was read back, its drill",
    () => import("../commands/pod-backup-show.ts"),
  );
  verb(backup, `verify ${name} [backup]`, "Read a backup back and check every byte", () => import("../commands/pod-backup-verify.ts"));
  examples(
    verb(
      backup,
      `restore ${name} [backup]`,
      "Bring a backup back; the pod keeps what it has until it is up with the old data",
      () => import("../commands/pod-backup-restore.ts"),
    )
      .option("--as <tenant/pod>", "as a new pod instead")
      .option(...noWait)
      .option(...yesOption),
    "pod backup restore acme/agent",
    "pod backup restore acme/agent 5f0c2a1b --as acme/copy",
  );
  verb(
    backup,
    `drill ${name} [backup]`,
    "Rehearse the restore in a throw-away pod, which has to come up healthy",
    () => import("../commands/pod-backup-drill.ts"),
  ).option(...noWait);
  verb(backup, `delete ${name} <backup>`, "Delete a backup", () => import("../commands/pod-backup-delete.ts")).option(...yesOption);
  examples(
    verb(backup, `schedule ${name}`, "Show or set when backups are made by themselves", () => import("../commands/pod-backup-schedule.ts"))
      .option("--cron <fields>", "minute, hour, day, month, day of the week")
      .option("--time-zone <zone>", "such as Europe/Berlin; else UTC")
      .option("--target <name>", "where to; else the home of AgentPod")
      .option("--live", "while the pod runs")
      .option("--keep-last <number>", "so many of the newest are kept", positive("--keep-last"))
      .option("--keep-daily <number>", "and the newest of so many days", count("--keep-daily"))
      .option("--keep-weekly <number>", "and of so many weeks", count("--keep-weekly"))
      .option("--keep-monthly <number>", "and of so many months", count("--keep-monthly"))
      .option("--drill <fields>", "when the restore of the newest is rehearsed")
      .option("--off", "make no more by themselves"),
    'pod backup schedule acme/agent --cron "0 3 * * *" --time-zone Asia/Shanghai --target bucket --drill "0 5 * * 0"',
    "pod backup schedule acme/agent --off",
  );
}

/** Where backups of pods are put. */
export function backupTargetCommands(backup: Command): void {
  const target = noun(backup, "target", "Where backups of pods are put: folders and S3 buckets");
  const tenantOption = ["--tenant <tenant>", "of this tenant; else the installation's, for every tenant"] as const;
  examples(
    verb(target, "add <name>", "Add a target; it is written to, read and cleared first", () => import("../commands/backup-target-add.ts"))
      .option("--folder <path>", "a folder of AgentPod's machine")
      .option("--endpoint <url>", "of an S3 service")
      .option("--bucket <name>", "its bucket")
      .option("--region <region>", "us-east-1 unless said")
      .option("--prefix <folders>", "what names of objects begin with")
      .option("--virtual-host", "the bucket is part of the host name, not of the path")
      .option("--credentials <file>", "accessKeyId and secretAccessKey as YAML or JSON; - is stdin")
      .option(...tenantOption),
    "backup target add nas --folder /mnt/nas/agentpod",
    "backup target add bucket --endpoint https://s3.example.com --bucket agents --credentials ./s3.yaml",
  );
  verb(target, "list", "Targets", () => import("../commands/backup-target-list.ts")).option(...tenantOption);
  verb(target, "remove <name>", "Remove a target that no backup and no schedule needs", () => import("../commands/backup-target-remove.ts"))
    .option(...tenantOption)
    .option(...yesOption);
}
