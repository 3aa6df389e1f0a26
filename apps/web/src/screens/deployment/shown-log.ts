/** A kept log with what tells of the failed step at its end: of a build that failed, the build's part. */
export function shownLog(log: string, step: string | null): string {
  const parts = log.split(/^(?===== )/m);
  if (step !== "install") return log.trimEnd();
  const isBuild = (part: string): boolean => part.startsWith("==== build");
  return [...parts.filter((part) => !isBuild(part)), ...parts.filter(isBuild)].join("").trimEnd();
}
