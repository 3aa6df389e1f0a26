import type { Command } from "commander";
import { examples, verb } from "../define-command.ts";

export function codeCommands(program: Command): void {
  examples(
    verb(
      program,
      "analyze [folder]",
      "Say what a project is, how it runs and why; nothing is sent anywhere",
      () => import("../commands/analyze.ts"),
    ).option("--root <folder>", "the application's folder, where there are several"),
    "analyze",
    "analyze ../shop --root apps/web",
    "analyze shop.zip -o json",
  );
}
