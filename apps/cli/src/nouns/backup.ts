import type { Command } from "commander";
import { count, examples, noun, positive, verb, yesOption } from "../define-command.ts";
import { backupTargetCommands } from "./pod-backup.ts";

const passphraseOption = ["--passphrase-file <file>", "its first line protects the master key; - is stdin"] as const;
const keyOption = ["--key-file <file>", "the master key, of a backup that was made without a passphrase"] as const;

export function backupCommands(program: Command): void {
  const backup = noun(program, "backup", "Back up AgentPod itself: database, keys, artifacts; not the data of pods");
  backupTargetCommands(backup);
  examples(
    verb(backup, "create", "Make a backup while everything runs, and read it back", () => import("../commands/backup-create.ts"))
      .option("--to <file>", "a file or folder of this machine; else it stays in the home of AgentPod")
      .option(...passphraseOption),
    "backup create --passphrase-file ./passphrase",
    "backup create --to /mnt/usb --passphrase-file ./passphrase",
  );
  verb(backup, "list", "Backups in the home of AgentPod, the newest first", () => import("../commands/backup-list.ts"));
  examples(
    verb(backup, "verify <backup>", "Read a whole backup back: a file, or one of the list", () => import("../commands/backup-verify.ts"))
      .option(...passphraseOption)
      .option(...keyOption),
    "backup verify ./agentpod-20260131T120000000Z.tar",
  );
  examples(
    verb(
      backup,
      "restore <file>",
      "Bring a backup into an empty home and database; AgentPod must not run",
      () => import("../commands/backup-restore.ts"),
    )
      .option(...passphraseOption)
      .option(...keyOption)
      .option("--force", "in place of what is there")
      .option(...yesOption),
    "backup restore ./agentpod-20260131T120000000Z.tar --passphrase-file ./passphrase",
  );
  verb(backup, "download <backup>", "Take a backup of the list away", () => import("../commands/backup-download.ts")).option(
    "--to <file>",
    "a new file; else its own name in this folder",
  );
  verb(backup, "delete <backup>", "Delete a backup of the list", () => import("../commands/backup-delete.ts")).option(...yesOption);
  examples(
    verb(backup, "settings", "Show or change when backups are made by themselves", () => import("../commands/backup-settings.ts"))
      .option("--every <hours>", "hours from one to the next; 0: none", count("--every"))
      .option("--keep <number>", "how many of these are kept", positive("--keep"))
      .option(...passphraseOption)
      .option("--no-passphrase", "the master key goes into no more backups")
      .option("--target <name>", "each is copied to this target of the installation too; none: to none any more"),
    "backup settings --every 24 --keep 7 --passphrase-file ./passphrase",
  );
}
