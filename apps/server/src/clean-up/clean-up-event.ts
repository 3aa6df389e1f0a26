import type { CleanUpRun } from "@agentpod/core/clean-up";

/** A clean-up that nobody asked the API for, as it is told. */
export const cleanUpEvent = (run: CleanUpRun) => ({
  ...{ type: "clean_up.done", tenantId: null, tenant: null, pod: null, podId: null, actor: run.actor, source: null },
  ...{ result: run.problems.length === 0 ? ("ok" as const) : ("failed" as const), message: cleanUpSentence(run), data: { ...run } },
});

/** What a clean-up came to, in a sentence. */
export function cleanUpSentence({ gone, bytes, problems }: CleanUpRun): string {
  const count = Object.values(gone).reduce((sum, each) => sum + each, 0);
  const done = `${count} things were cleaned up, ${Math.round(bytes / 1024 / 1024)} MB in all.`;
  return problems.length === 0 ? done : `${done} ${problems.join(" ")}`;
}
