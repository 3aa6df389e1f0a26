/** What a build says last where it ends by itself. */
const lastWords = /: exit code \d+$|^==> (out of time|done|there is no folder .*)$/;

/**
 * Whether a build was ended from outside, in the middle of a command: by an engine that died, say, or a machine that was started anew. One that
 * ends by itself says so. `reason`: what the runtime saw. Pure.
 */
export function wasCutShort(lines: readonly string[], reason: string): boolean {
  if (reason !== "exited" && reason !== "gone") return false;
  const last = lines.findLast((line) => line.startsWith("==> "));
  return last !== undefined && !lastWords.test(last);
}
