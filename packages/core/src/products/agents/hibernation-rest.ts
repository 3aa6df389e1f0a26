import { z } from "zod";
import type { Rest } from "../../rest.ts";

/** A start takes ten to twenty seconds, on a busy machine more: jobs that are overdue when an agent starts are put off by minutes. */
const leadMs = 60_000;
/** A sleep shorter than this is not worth a stop and a start. */
const leastSleepMs = 60_000;
/** Until the end of a job that is about to begin. */
const jobMs = 60_000;
const watchedMs = 600_000;
const shortestPauseMs = 15_000;
const longestPauseMs = 60_000;

const prepared = z.object({
  status: z.enum(["ready", "busy", "draining"]),
  suspensionId: z.string().optional(),
  retryAfterMs: z.number().optional(),
  blockers: z.array(z.object({ message: z.string().optional() })).optional(),
});
const scheduler = z.object({ nextWakeAtMs: z.number().nullable() });
const job = z.object({ name: z.string().default("-"), enabled: z.boolean().optional(), schedule: z.object({ kind: z.string() }) });
const jobs = z.array(z.object({ jobs: z.array(job) }));
const recent = z.object({ recent: z.array(z.object({ updatedAt: z.number().nullable().optional() })) });
const health = z.object({
  sessions: recent.optional(),
  agents: z.array(z.object({ sessions: recent.optional() })).optional(),
});

/** An agent's answers to `gateway.suspend.prepare`, `cron.status`, `cron.list` (some) and `health`. */
export interface RestAnswers {
  prepared: unknown;
  scheduler: unknown;
  jobs: unknown;
  health: unknown;
}

/** The name under which an agent was asked to stand still; null: it was not, or does not. */
export const suspensionOf = (answer: unknown): string | null => prepared.safeParse(answer).data?.suspensionId ?? null;

/**
 * Whether an agent may be stopped, by its own word: nothing under way, nobody spoke to it for `idleSeconds`, no job about to
 * begin, and none that watches something all the time. Null: these are no answers of an agent.
 */
export function agentRest(answers: RestAnswers, idleSeconds: number, now: Date): Rest | null {
  const ready = prepared.safeParse(answers.prepared).data;
  const next = scheduler.safeParse(answers.scheduler).data;
  const known = jobs.safeParse(answers.jobs).data;
  const said = health.safeParse(answers.health).data;
  if (!ready || !next || !known || !said) return null;
  const stay = (ms: number, why: string): Rest => ({ kind: "stay", until: new Date(now.getTime() + ms).toISOString(), why });
  if (ready.status !== "ready") {
    const pauseMs = Math.min(Math.max(ready.retryAfterMs ?? 0, shortestPauseMs), longestPauseMs);
    const work = ready.blockers?.[0]?.message;
    return stay(pauseMs, work === undefined ? "it is at work" : `it is at work (${work})`);
  }
  const watching = known
    .flatMap((list) => list.jobs)
    .find(({ enabled, schedule }) => enabled !== false && ["stream", "on-exit"].includes(schedule.kind));
  if (watching) return stay(watchedMs, `its job ${watching.name} watches a program, for which it has to run`);
  const spokenMs = now.getTime() - lastSpoken(said);
  if (spokenMs >= 0 && spokenMs < idleSeconds * 1000) return stay(idleSeconds * 1000 - spokenMs, "somebody spoke to it lately");
  if (next.nextWakeAtMs === null) return { kind: "rest", wakeAt: null };
  const wakeMs = next.nextWakeAtMs - leadMs;
  if (wakeMs - now.getTime() < leastSleepMs)
    return stay(Math.max(0, next.nextWakeAtMs - now.getTime()) + jobMs, "a job of it is due in a moment");
  return { kind: "rest", wakeAt: new Date(wakeMs).toISOString() };
}

function lastSpoken({ sessions, agents = [] }: z.infer<typeof health>): number {
  const all = [sessions, ...agents.map((one) => one.sessions)].flatMap((one) => one?.recent ?? []);
  return Math.max(0, ...all.map(({ updatedAt }) => updatedAt ?? 0));
}
