import { type Command, Option } from "commander";
import type { CommandModule } from "./cli.ts";
import { runCommand } from "./run-command.ts";

/** Adds a verb whose code is loaded when it is run, so that the program starts fast. Every verb takes `-o`. */
export function verb<O>(parent: Command, usage: string, summary: string, load: () => Promise<CommandModule<O>>): Command {
  return parent
    .command(usage)
    .summary(summary)
    .description(`${summary}.`)
    .addOption(new Option("-o, --output <format>", "table for people, json for programs").choices(["table", "json"]).default("table"))
    .action(async (...given: unknown[]) => {
      const command = given.at(-1) as Command;
      const args = command.processedArgs.flatMap((arg: unknown) => (Array.isArray(arg) ? arg : arg === undefined ? [] : [arg])) as string[];
      await runCommand(await load(), args, command.opts());
    });
}

/** A noun, whose verbs follow. */
export function noun(program: Command, name: string, summary: string): Command {
  return program.command(name).summary(summary).description(`${summary}.`).helpCommand(false);
}

/** Examples below a command's help. */
export function examples(command: Command, ...lines: string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  $ agentpod ${line}`).join("\n")}`);
}

/** `--input key=value`, repeatable. */
export const collect = (value: string, earlier: string[] = []): string[] => [...earlier, value];

export const yesOption = ["-y, --yes", "do not ask for confirmation"] as const;
export const waitOptions = (command: Command): Command =>
  command.option("-w, --wait", "wait until it is done").option("--timeout <seconds>", "how long to wait", positive("--timeout"), 300);

/** Parses a positive whole number of an option. */
export function positive(option: string): (text: string) => number {
  return (text) => {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgument(`${option} takes a whole number above 0, not ${text.slice(0, 40)}`);
    return Number(text);
  };
}

/** Parses a whole number of an option, 0 too. */
export function count(option: string): (text: string) => number {
  return (text) => {
    if (!/^\d{1,9}$/.test(text)) throw new InvalidArgument(`${option} takes a whole number, not ${text.slice(0, 40)}`);
    return Number(text);
  };
}

/** Thrown by option parsers; becomes `ERROR invalid`. */
class InvalidArgument extends Error {
  readonly code = "commander.invalidArgument";
}
