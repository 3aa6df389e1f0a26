import type { AlertKind } from "@agentpod/core/alert";
import type { AlertFacts } from "@agentpod/core/alert-conditions";
import { backupProblem } from "@agentpod/core/backup";
import { toAppError } from "@agentpod/core/errors";
import type { Gateway } from "@agentpod/core/route-table";
import type { Database } from "@agentpod/core/store";
import { type BackupSchedule, scheduleProblem } from "@agentpod/core/volume-backup";
import type { AppDeps } from "../app-deps.ts";
import { readBackupRuns, readBackupSettings } from "../backup/backup-settings.ts";
import type { LogKeeper } from "../logs/log-keeper.ts";

export interface FactSources {
  database: Database;
  gateway: Pick<Gateway, "observe">;
  machine: AppDeps["machine"];
  logs: Pick<LogKeeper, "matches">;
  clock(): Date;
}

/** What rules are held against but the events. Looked for is only what some rule is about: an idle installation stays idle. */
export async function gatherFacts({ database, gateway, machine, logs, clock }: FactSources): Promise<Omit<AlertFacts, "crashed">> {
  const { isAbout, logRules, ...stored } = await database.asSystem(async (store) => {
    const rules = await store.alertRules.list({});
    const kinds = new Set(rules.map(({ kind }) => kind));
    const isAbout = (...wanted: AlertKind[]): boolean => wanted.some((kind) => kinds.has(kind));
    return {
      isAbout,
      logRules: rules.filter(({ kind }) => kind === "log"),
      pods: await store.pods.list({}),
      backupProblem: backupProblem(await readBackupSettings(store), await readBackupRuns(store), clock()),
      podBackupProblems: problemsByPod(await store.backupSchedules.list({}), clock()),
      llmBudgets: await store.llmUsage.budgets({}, clock()),
      certificates: isAbout("certificate") ? await store.certificates.list({}) : [],
      domains: isAbout("domain") ? await store.domains.list({}) : [],
      usage: new Map(isAbout("cpu", "memory") ? (await store.metrics.latest(clock())).map((point) => [point.subject, point]) : []),
    };
  });
  const room = isAbout("disk_low") ? await machine().catch(() => null) : null;
  const gatewayProblem = isAbout("gateway") ? await problemOf(gateway) : null;
  // Asked without any rule too: then nothing is counted any more.
  const logMatches = await logs.matches(logRules);
  return { ...stored, diskFreeMb: room?.diskFreeMb ?? null, gatewayProblem, logMatches };
}

/** A pod's volumes and each of its databases may have a schedule; what is wrong with any of them is one alert. */
function problemsByPod(schedules: readonly BackupSchedule[], now: Date): Map<string, string> {
  const found = new Map<string, string>();
  for (const schedule of schedules) {
    const problem = scheduleProblem(schedule, now);
    const before = found.get(schedule.podId);
    if (problem !== null) found.set(schedule.podId, before === undefined ? problem : `${before} ${problem}`);
  }
  return found;
}

const problemOf = (gateway: FactSources["gateway"]): Promise<string | null> =>
  gateway.observe().then(
    () => null,
    (error: unknown) => toAppError(error).message,
  );
