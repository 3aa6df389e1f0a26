import type { Command } from "commander";
import { examples, noun, verb } from "../define-command.ts";

const rootOption = ["--root <folder>", "the application's folder, where there are several"] as const;

export function codeCommands(program: Command): void {
  examples(
    verb(
      program,
      "analyze [folder]",
      "Say what a project is, how it runs and why; nothing is sent anywhere",
      () => import("../commands/analyze.ts"),
    ).option(...rootOption),
    "analyze",
    "analyze ../shop --root apps/web",
    "analyze shop.zip -o json",
  );
  const source = noun(program, "source", "Code that was handed over, kept under its digest");
  examples(
    verb(
      source,
      "add <tenant> <place>",
      "Hand over a folder, an archive, or a repository of git; a broken upload goes on where it ended",
      () => import("../commands/source-add.ts"),
    )
      .option("--ref <ref>", "of a repository: a branch, tag or whole commit")
      .option("--token-file <file>", "of a private repository: a file with a token, or - for what is piped in")
      .option("--user <name>", "who the token belongs to, where the host asks: oauth2, x-access-token …")
      .option("--key-file <file>", "of a private repository by SSH: a file with a deploy key")
      .option("--known-hosts <file>", "keys of the host; without it the first that is seen is taken"),
    "source add acme .",
    "source add acme shop.zip",
    "source add acme https://git.example.com/team/shop.git --ref v1.2.0 --token-file token.txt",
    "source add acme git@git.example.com:team/shop.git --key-file deploy-key",
  );
  examples(
    verb(
      source,
      "analyze <tenant> <digest>",
      "Say what a source is, how it runs and why",
      () => import("../commands/source-analyze.ts"),
    ).option(...rootOption),
    "source analyze acme sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  );
}
