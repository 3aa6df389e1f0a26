/** What a build may take. */
export interface BuildBounds {
  memoryMb: number;
  minutes: number;
}

const longest = 200;

/**
 * Why a build task failed, in a sentence, and what to do where its log alone does not say that; null where its lines tell nothing. `reason`: what the
 * runtime saw. Pure.
 */
export function whyBuildFailed(
  lines: readonly string[],
  reason: string,
  { memoryMb, minutes }: BuildBounds,
): { message: string; advice: string | null } | null {
  if (reason === "oom")
    return {
      message: `The build needed more than its ${memoryMb} MB of memory.`,
      advice: "Give it more: agentpod deploy --build-memory, or buildMemoryMb of its settings.",
    };
  const last = lines.findLast((line) => line.startsWith("==> "))?.slice("==> ".length);
  if (last !== undefined && /^out of time$/.test(last))
    return {
      message: `The build took longer than its ${minutes} minutes.`,
      advice: "Give it more: agentpod deploy --build-minutes, or buildMinutes of its settings.",
    };
  const [, command = "", code = ""] = /^(.+): exit code (\d+)$/.exec(last ?? "") ?? [];
  if (command === "") return null;
  const own = lines.slice(lines.lastIndexOf(`==> ${command}`) + 1);
  const isDiskFull = own.some((line) => /no space left on device|\bENOSPC\b|disk quota exceeded/i.test(line));
  return {
    message: `${command.slice(0, longest)} ended with exit code ${code}.`,
    advice: isDiskFull ? "The disk is full: free some space (agentpod clean-up run), then deploy again." : null,
  };
}
