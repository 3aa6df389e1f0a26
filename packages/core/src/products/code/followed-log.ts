import type { OperationStep } from "../../operation.ts";

/** Whose log tells what is going on, and from when. */
export interface FollowedLog {
  of: "build" | "application";
  since: string;
}

/** Steps that wait for the application, by the step that wrote what they wait for. */
const begunBy: Record<string, string> = { "database-ready": "database", migrated: "migrate", probe: "start", route: "start" };

/** The log to follow while a deployment goes on; null where no log tells anything. */
export function followedLog(steps: readonly OperationStep[]): FollowedLog | null {
  const running = steps.findLast(({ state }) => state === "running");
  if (running === undefined) return null;
  if (running.name === "install") return { of: "build", since: running.startedAt };
  const begun = Object.hasOwn(begunBy, running.name) ? begunBy[running.name] : undefined;
  if (begun === undefined) return null;
  const before = steps.findLast(({ name }) => name === begun);
  return { of: "application", since: (before ?? running).startedAt };
}
