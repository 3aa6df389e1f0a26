import { AppError } from "@agentpod/core/errors";
import { CommanderError } from "commander";
import { buildProgram } from "./program.ts";
import { reportError } from "./report-error.ts";

// A reader that closes its end early (`| head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

try {
  await buildProgram().parseAsync();
} catch (thrown) {
  // Help was asked for and printed.
  const isHelp = thrown instanceof CommanderError && thrown.exitCode === 0;
  if (!isHelp && process.exitCode !== 130) {
    const { line, exitCode } = reportError(thrown instanceof CommanderError ? usageError(thrown) : thrown);
    process.stderr.write(`${line}\n`);
    process.exitCode = exitCode;
  }
}

function usageError(error: CommanderError): AppError {
  if (error.code === "commander.help") return new AppError("invalid", "say what to do; agentpod --help lists it");
  return new AppError("invalid", error.message.replace(/^error: /, ""));
}
