import { levelOf } from "../../log-level.ts";

/** Steps whose failure is told by the log of the build. */
const ofBuild = ["build", "install", "take"];

/**
 * Of a deployment's kept log the lines that tell why it failed in `step`: what the command said that failed, or the application. Where that is
 * more than `most`, what follows its first error, and its end. Pure; empty for an empty log.
 */
export function relevantLines(log: string, step: string | null, most = 30): string[] {
  const parts = log
    .trimEnd()
    .split(/^(?===== )/m)
    .map((part) => part.trimEnd().split("\n"));
  const headings = step !== null && ofBuild.includes(step) ? ["==== build", "==== application"] : ["==== application", "==== build"];
  const found = headings.map((heading) => parts.find(([first]) => first === heading)).find((part) => part !== undefined);
  const lines = lastCommand(found?.slice(1) ?? (log.trim() === "" ? [] : parts.flat()));
  if (lines.length <= most) return lines;
  const end = lines.slice(lines.length - Math.ceil(most / 2) + 1);
  const head = most - end.length - 1;
  const first = lines.findIndex((line) => levelOf(line) === "error");
  if (first < 0 || first + head >= lines.length - end.length) return lines.slice(-most);
  return [...lines.slice(first, first + head), "…", ...end];
}

/** Of a build that ended within a command the lines from there on. */
function lastCommand(lines: readonly string[]): string[] {
  const said = lines.findLastIndex((line) => line.startsWith("==> ") && !/: exit code \d+$|^==> (out of time|done)$/.test(line));
  return said < 0 ? [...lines] : lines.slice(said);
}
