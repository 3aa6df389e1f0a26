import type { Command } from "commander";
import { examples, noun, verb } from "../define-command.ts";

export function templateCommands(program: Command): void {
  const template = noun(program, "template", "What pods are made from");
  verb(template, "list", "List templates", () => import("../commands/template-list.ts"));
  verb(template, "show <name>", "A template and its inputs", () => import("../commands/template-show.ts"))
    .option("--tenant <tenant>", "as this tenant sees it")
    .option("--version <number>", "another than the newest", Number);
  examples(
    verb(
      template,
      "apply <path>",
      "Upload a template: a folder with template.yaml, or the file",
      () => import("../commands/template-apply.ts"),
    ).option("--tenant <tenant>", "for this tenant alone"),
    "template apply ./my-template",
    "template apply ./my-template/template.yaml --tenant acme",
  );
}
