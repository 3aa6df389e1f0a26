import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { LogSummaryView } from "@agentpod/core/api/log-view";
import type { PodLogLine } from "@agentpod/core/api/pod-view";
import { toAppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Runtime, UnitId } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import type { EventFeed } from "../routes/event-feed.ts";
import { startSweeps } from "../start-sweeps.ts";
import { destroyKept } from "./destroy-kept.ts";
import { logArchive } from "./log-archive.ts";
import type { LogMatch, LogRule } from "./log-matches.ts";
import { ownerFile, PodLog, ruleKey } from "./pod-log.ts";
import { type KeptQuery, readKept } from "./read-kept.ts";
import { viewSummary } from "./view-summary.ts";

export interface LogSettings {
  /** The most that is kept of one pod. */
  capBytes: number;
  /** Where goes what is kept no longer; null: it is deleted. */
  archive: string | null;
}

export interface LogKeeperDeps extends LogSettings {
  /** Where logs are kept, a folder for each pod. */
  folder: string;
  database: Database;
  runtime: Pick<Runtime, "logs">;
  feed: Pick<EventFeed, "subscribe">;
  clock(): Date;
  log: Log;
}

/**
 * Keeps what pods say, beyond the end of their containers: on disk, up to a size, without the values of their secrets. Every
 * control plane keeps its own. What pods write while none is there is read when one comes back.
 */
export interface LogKeeper {
  /** Lines of a pod, with all that it has written by now. */
  read(pod: Pod, query: KeptQuery): AsyncIterable<PodLogLine>;
  /** Counts since a moment, with all that it has written by now. */
  summary(pod: Pod, since: Date): Promise<LogSummaryView>;
  /** Of rules about logs: how many lines of each pod each is about. */
  matches(rules: readonly LogRule[]): Promise<LogMatch[]>;
  /** Keeps the rest of an instance's log, which is about to go; gives up after some seconds. Never throws. */
  finish(id: UnitId): Promise<void>;
  /** Keeps a line that is said of a unit before it runs, under the revision `build`. Never throws. */
  note(id: Pick<UnitId, "pod" | "unit">, text: string): void;
  /** One look at all pods; throws what the database throws. */
  sweep(): Promise<void>;
  /** Nothing is read any more; what has been read is on disk. */
  stop(): Promise<void>;
}

const sweepMs = 15_000;
const drainLimitMs = 5000;

export function startLogKeeper(deps: LogKeeperDeps): LogKeeper {
  const { folder, database, runtime, clock, log, capBytes } = deps;
  const podLogs = new Map<string, PodLog>();
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  let noted: Promise<void> = Promise.resolve();
  const archiveOf = (pod: { id: string; tenant: string; name: string }) => (deps.archive === null ? null : logArchive(deps.archive, pod));
  const podLogOf = (pod: Pod): PodLog => {
    const found = podLogs.get(pod.id);
    if (found) return found;
    const made = new PodLog(pod, {
      folder: join(folder, pod.id),
      capBytes,
      archive: archiveOf(pod),
      runtime,
      secrets: (id) => database.asSystem((store) => store.secrets.reveal(id)),
      clock,
      onFailure: (error) =>
        log.warn({ pod: `${pod.tenant}/${pod.name}`, error: toAppError(error).message }, "a log could not be read; it is tried again"),
    });
    podLogs.set(pod.id, made);
    return made;
  };

  async function sweep(): Promise<void> {
    const pods = await database.asSystem((store) => store.pods.list({}));
    for (const pod of pods) {
      if (!podLogs.has(pod.id) && pod.status.units.every(({ state }) => state === "absent")) continue;
      await podLogOf(pod)
        .look(pod)
        .catch((error) => log.warn({ pod: `${pod.tenant}/${pod.name}`, error: toAppError(error).message }, "a log could not be kept"));
    }
    await forgetGone(new Set(pods.map(({ id }) => id)));
  }

  /** Only what has a tombstone: a database that was restored knows less than the disk. */
  async function forgetGone(known: ReadonlySet<string>): Promise<void> {
    const unknown = readdirSync(folder).filter((name) => !known.has(name) && /^[0-9a-f-]{36}$/.test(name));
    if (unknown.length === 0) return;
    for (const { pod } of await database.asSystem((store) => store.pods.tombstones(unknown))) {
      const open = podLogs.get(pod);
      podLogs.delete(pod);
      await open?.close();
      await destroyKept(join(folder, pod), archiveOf(ownerOf(join(folder, pod), pod)));
    }
  }

  async function caughtUp(pod: Pod, patienceMs = drainLimitMs): Promise<PodLog> {
    const podLog = podLogOf(pod);
    await podLog.look(pod);
    await Promise.race([Promise.all([noted, podLog.drainAll()]), expire(patienceMs)]);
    return podLog;
  }

  const sweeps = startSweeps({
    feed: deps.feed,
    everyMs: sweepMs,
    sweep,
    onFailure: (error) => log.warn({ err: error }, "logs could not be looked after; the next look is due"),
  });
  return {
    async *read(pod, query) {
      yield* readKept((await caughtUp(pod, query.patienceMs)).log, query);
    },
    summary: async (pod, since) => viewSummary((await caughtUp(pod)).log, since),
    async matches(rules) {
      const now = clock();
      const found: LogMatch[] = [];
      const keys = new Set(rules.map(ruleKey));
      for (const podLog of podLogs.values()) {
        podLog.forgetRules(keys);
        for (const rule of rules) {
          if (rule.tenantId !== null && rule.tenantId !== podLog.pod.tenantId) continue;
          if (rule.pod !== null && rule.pod !== podLog.pod.name) continue;
          found.push({ ruleId: rule.id, podId: podLog.pod.id, ...(await podLog.matches(rule, now)) });
        }
      }
      return found;
    },
    async finish(id) {
      try {
        const podLog = podLogs.get(id.pod) ?? podLogOf(await database.asSystem((store) => store.pods.getById(id.pod)));
        await Promise.race([podLog.finish(id), expire(drainLimitMs)]);
      } catch (error) {
        log.warn({ unit: id, error: toAppError(error).message }, "the rest of a log could not be kept");
      }
    },
    note(id, text) {
      const at = clock().toISOString();
      noted = noted.then(async () => {
        try {
          const podLog = podLogs.get(id.pod) ?? podLogOf(await database.asSystem((store) => store.pods.getById(id.pod)));
          await podLog.note({ at, unit: id.unit, revision: "build", stream: "stdout", text });
        } catch (error) {
          log.warn({ unit: id, error: toAppError(error).message }, "a line of a build could not be kept");
        }
      });
    },
    sweep: sweeps.sweep,
    async stop() {
      await sweeps.stop();
      await noted;
      await Promise.all([...podLogs.values()].map((podLog) => podLog.close().catch(() => undefined)));
    },
  };
}

function ownerOf(folder: string, id: string): { id: string; tenant: string; name: string } {
  try {
    return JSON.parse(readFileSync(join(folder, ownerFile), "utf8")) as ReturnType<typeof ownerOf>;
  } catch {
    return { id, tenant: "unknown", name: "unknown" };
  }
}

const expire = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
