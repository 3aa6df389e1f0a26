import { type AppError, type Issue, toAppError } from "@agentpod/core/errors";
import { exitCodes } from "./exit-codes.ts";

/** The one line for stderr and the exit code of anything thrown. */
export function reportError(thrown: unknown): { line: string; exitCode: number } {
  const error = toAppError(thrown);
  return { line: `ERROR ${error.code}: ${oneLine(sentence(error))}`, exitCode: exitCodes[error.code] };
}

function sentence(error: AppError): string {
  if (error.issues.length < 2) return error.message;
  return `${error.message} All of it: ${error.issues.map(issueText).join("; ")}`;
}

const issueText = (issue: Issue) => `${issue.path}: ${issue.expected}${issue.nearest === undefined ? "" : ` (perhaps ${issue.nearest})`}`;

/** Server messages may quote what a user sent; control characters must not reach the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be replaced
const oneLine = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f\u0080-\u009f]+/g, " ").trim();
