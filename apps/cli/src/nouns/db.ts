import type { Command } from "commander";
import { count, examples, noun, positive, verb, yesOption } from "../define-command.ts";

const unit = ["--unit <unit>", "of this unit, where a pod has several databases"] as const;

export function databaseCommands(program: Command): void {
  const db = noun(program, "db", "Databases among the units of pods");
  verb(db, "list <tenant/pod>", "Databases of a pod, and what can be done with them", () => import("../commands/db-list.ts"));
  examples(
    verb(db, "url <tenant/pod>", "How the pod's other units reach its database, the password masked", () => import("../commands/db-url.ts"))
      .option(...unit)
      .option("--reveal", "with the password; needs the permission secret.reveal, and is written down"),
    "db url acme/shop",
    "db url acme/shop --reveal",
  );
  examples(
    verb(
      db,
      "shell <tenant/pod> [args...]",
      "psql beside a PostgreSQL, or what is piped into it",
      () => import("../commands/db-shell.ts"),
    ).option(...unit),
    "db shell acme/shop",
    "db shell acme/shop -- -c 'select count(*) from customers'",
  );
  examples(
    verb(db, "dump <tenant/pod> [file]", "The data of a PostgreSQL as a file, as pg_dump makes it", () => import("../commands/db-dump.ts"))
      .option(...unit)
      .option("--force", "in place of a file that is there"),
    "db dump acme/shop",
    "db dump acme/shop shop.dump",
  );
  examples(
    verb(
      db,
      "restore <tenant/pod> <file>",
      "Replace the data of a PostgreSQL by a dump, once all of it is there; who is connected is put out",
      () => import("../commands/db-restore.ts"),
    )
      .option(...unit)
      .option("--confirm <tenant/pod>", "its name, to confirm it without a terminal"),
    "db restore acme/shop shop.dump",
  );
  dumpCommands(db);
}

const noWait = ["--no-wait", "do not wait until it is done"] as const;

/** Dumps that are kept at a target. */
function dumpCommands(db: Command): void {
  const dumps = noun(db, "dumps", "Dumps of databases that are kept, encrypted, where backups are put");
  examples(
    verb(
      dumps,
      "create <tenant/pod>",
      "Dump a PostgreSQL to a target, and try the dump out",
      () => import("../commands/db-dumps-create.ts"),
    )
      .option(...unit)
      .option("--target <name>", "where to; else the home of AgentPod")
      .option(...noWait),
    "db dumps create acme/shop --target bucket",
  );
  verb(
    dumps,
    "list <tenant[/pod]>",
    "Kept dumps, the newest first; those of deleted pods too",
    () => import("../commands/db-dumps-list.ts"),
  ).option("--unit <unit>", "of this unit alone");
  verb(
    dumps,
    "show <tenant/pod> [dump]",
    "One dump, the newest unless said: what is in it, how it was tried out",
    () => import("../commands/db-dumps-show.ts"),
  );
  verb(
    dumps,
    "verify <tenant/pod> [dump]",
    "Read a dump back into a throw-away database, and count what is in it",
    () => import("../commands/db-dumps-verify.ts"),
  ).option(...noWait);
  examples(
    verb(
      dumps,
      "restore <tenant/pod> [dump]",
      "Replace the data of a PostgreSQL by a kept dump; who is connected is put out",
      () => import("../commands/db-dumps-restore.ts"),
    )
      .option("--into <tenant/pod>", "that of another pod of the tenant instead")
      .option("--unit <unit>", "that of this unit; else the one that the dump is of")
      .option("--confirm <tenant/pod>", "the name of the pod whose data is replaced, to confirm it without a terminal")
      .option(...noWait),
    "db dumps restore acme/shop",
    "db dumps restore acme/shop 5f0c2a1b --into acme/shop-preview",
  );
  verb(dumps, "delete <tenant/pod> <dump>", "Delete a kept dump", () => import("../commands/db-dumps-delete.ts")).option(...yesOption);
  examples(
    verb(db, "schedule <tenant/pod>", "Show or set when dumps are made by themselves and kept", () => import("../commands/db-schedule.ts"))
      .option(...unit)
      .option("--cron <fields>", "minute, hour, day, month, day of the week")
      .option("--time-zone <zone>", "such as Europe/Berlin; else UTC")
      .option("--target <name>", "where to; else the home of AgentPod")
      .option("--keep-last <number>", "so many of the newest are kept", positive("--keep-last"))
      .option("--keep-daily <number>", "and the newest of so many days", count("--keep-daily"))
      .option("--keep-weekly <number>", "and of so many weeks", count("--keep-weekly"))
      .option("--keep-monthly <number>", "and of so many months", count("--keep-monthly"))
      .option("--check <fields>", "when the newest is tried out once more")
      .option("--off", "make no more by themselves"),
    'db schedule acme/shop --cron "0 3 * * *" --time-zone Asia/Shanghai --target bucket',
    "db schedule acme/shop --off",
  );
}
