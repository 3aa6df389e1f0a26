import { once } from "node:events";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { Target } from "@agentpod/backup/target";
import { verifyBackup } from "@agentpod/backup/verify-backup";
import { type WrappingKey, wrappingKey } from "@agentpod/backup/wrap-key";
import type { BackupCheck, BackupStatus, SetBackupSettingsRequest } from "@agentpod/core/api/backup-view";
import { backupProblem, nextBackupAt } from "@agentpod/core/backup";
import { AppError, toAppError } from "@agentpod/core/errors";
import type { Database, Store } from "@agentpod/core/store";
import { saveBackup } from "@agentpod/host/save-backup";
import type { Log } from "../app-deps.ts";
import { backupRunsKey, backupSettingsKey, readBackupRuns, readBackupSettings } from "./backup-settings.ts";
import { copyOut, nameAtTarget } from "./copy-out.ts";
import { type BackupPlace, makeBackup } from "./make-backup.ts";
import { showCheck } from "./show-check.ts";
import { backupName, storedBackups } from "./stored-backups.ts";

/** On whose word. */
export interface Asker {
  actor: string;
  source: string | null;
}

/** Backups of AgentPod itself, as the server makes and keeps them. */
export interface Backups {
  status(): Promise<BackupStatus>;
  /** Begins one; the rest goes on by itself and ends in an event. `conflict` while one is made. */
  start(passphrase: string | undefined, asker: Asker): Promise<{ name: string }>;
  /** One that is kept nowhere here. */
  stream(passphrase: string | undefined): Promise<{ name: string; content: Readable }>;
  read(name: string): Promise<{ bytes: number; content: Readable }>;
  verify(name: string): Promise<BackupCheck>;
  remove(name: string): Promise<void>;
  /** Gives what stores the settings in a transaction of the system role. */
  settle(settings: SetBackupSettingsRequest): Promise<(store: Store, actor: string) => Promise<void>>;
  /** Makes one if it is due; gives whether it was. */
  runDue(): Promise<boolean>;
  /** Breaks off what is being made, and leaves nothing of it. */
  stop(): Promise<void>;
}

export interface BackupsDeps extends BackupPlace {
  database: Database;
  /** A target of the installation by its name; `not_found` where there is none. */
  openTarget(name: string): Promise<Target>;
  log: Log;
}

const wrappingSecret = "backup-wrapping-key";
const byItself: Asker = { actor: "system", source: null };

export function backups(deps: BackupsDeps): Backups {
  const { database, masterKey, home, clock, log } = deps;
  const stored = storedBackups(home.backups);
  let running: (NonNullable<BackupStatus["running"]> & { content: Readable; done: Promise<void> }) | null = null;
  let last: BackupStatus["last"] = null;
  let isStopping = false;

  const wrappingOf = async (passphrase: string | undefined): Promise<WrappingKey | null> => {
    if (passphrase !== undefined) return wrappingKey(passphrase);
    const kept = await database.asSystem((store) => store.platformSecrets.find(wrappingSecret));
    return kept === null ? null : (JSON.parse(kept) as WrappingKey);
  };
  const check = async (path: string): Promise<BackupCheck> => {
    const keys = [masterKey.current, ...masterKey.older];
    const found = await verifyBackup(path, ({ keyIds }) => keys.find(({ id }) => id === keyIds[0])?.key ?? null);
    return showCheck(path, found);
  };

  /** Writes what was begun, reads all of it back, and tells how that went. */
  const finish = async (name: string, content: Readable, asker: Asker): Promise<void> => {
    const path = await stored.newPath(name);
    try {
      await saveBackup(path, content);
      const checked = await check(path).catch(async (error: unknown) => {
        await stored.remove(name);
        throw error;
      });
      const { target } = await database.asSystem(readBackupSettings);
      if (target !== null) await copyOut(await deps.openTarget(target), name, path, target);
      last = { name, error: null, check: checked };
      const missing = checked.missing.length === 0 ? "" : `; ${checked.missing.length} files of other control planes are not in it`;
      await tell(
        asker,
        "backup.created",
        "ok",
        `backup ${name} was made and verified: ${checked.rows} rows, ${checked.bytes} bytes${missing}`,
        {
          name,
          bytes: checked.bytes,
          rows: checked.rows,
          hasKey: checked.hasKey,
        },
      );
    } catch (error) {
      content.destroy();
      const { message } = toAppError(error);
      last = { name, error: message, check: null };
      log.error({ err: error, name }, "a backup failed");
      await tell(asker, "backup.failed", "failed", `backup ${name} failed: ${message}`, { name }).catch((cause: unknown) =>
        log.error({ err: cause }, "a failed backup could not be written to the event log"),
      );
      throw error;
    }
  };
  const tell = ({ actor, source }: Asker, type: string, result: "ok" | "failed", message: string, data: Record<string, unknown>) =>
    database.asSystem((store) =>
      store.events.append({ type, result, message, data, actor, source, tenantId: null, tenant: null, pod: null, podId: null }),
    );

  const begin = async (
    trigger: "schedule" | "request",
    passphrase: string | undefined,
    asker: Asker,
    stillDue?: () => Promise<boolean>,
  ) => {
    if (running) throw new AppError("conflict", `Backup ${running.name} is being made: wait until it is done.`);
    const { header, content } = await makeBackup(deps, { trigger, wrapping: await wrappingOf(passphrase) });
    if (stillDue && !(await stillDue())) {
      content.destroy();
      await once(content, "close");
      return null;
    }
    const name = backupName(header.createdAt, trigger);
    const done = finish(name, content, asker).finally(() => {
      running = null;
    });
    done.catch(() => undefined);
    running = { name, startedAt: header.createdAt, content, done };
    return { name, done };
  };
  /** At the target too. One that is away keeps them: whoever lists it finds them by their names. */
  const removeCopies = async (names: readonly string[]): Promise<void> => {
    const { target } = await database.asSystem(readBackupSettings);
    if (target === null || names.length === 0) return;
    try {
      const open = await deps.openTarget(target);
      for (const name of names) await open.remove(nameAtTarget(name));
    } catch (error) {
      log.warn({ err: error, names }, "copies of backups could not be removed from their target");
    }
  };
  const noteRun = (change: (at: string) => object) =>
    database.asSystem(async (store) => {
      const runs = await readBackupRuns(store);
      await store.settings.set(backupRunsKey, { ...runs, ...change(clock().toISOString()) }, "system");
    });
  const isDue = () =>
    database.asSystem(async (store) => {
      const at = nextBackupAt(await readBackupSettings(store), await readBackupRuns(store));
      return at !== null && at <= clock().getTime();
    });

  return {
    async status() {
      const { settings, runs, hasPassphrase } = await database.asSystem(async (store) => ({
        settings: await readBackupSettings(store),
        runs: await readBackupRuns(store),
        hasPassphrase: (await store.platformSecrets.find(wrappingSecret)) !== null,
      }));
      const nextAt = nextBackupAt(settings, runs);
      return {
        folder: home.backups,
        settings: { everyHours: settings.everyHours, keep: settings.keep, hasPassphrase, target: settings.target },
        nextAt: nextAt === null ? null : new Date(nextAt).toISOString(),
        problem: backupProblem(settings, runs, clock()),
        running: running && { name: running.name, startedAt: running.startedAt },
        last,
        backups: await stored.list(),
      };
    },
    async start(passphrase, asker) {
      const begun = await begin("request", passphrase, asker);
      if (begun === null) throw new AppError("internal", "A backup that was asked for was not begun.");
      return { name: begun.name };
    },
    async stream(passphrase) {
      const { header, content } = await makeBackup(deps, { trigger: "request", wrapping: await wrappingOf(passphrase) });
      return { name: backupName(header.createdAt, "request"), content };
    },
    async read(name) {
      const path = await stored.path(name);
      return { bytes: (await stat(path)).size, content: createReadStream(path, { highWaterMark: 1024 * 1024 }) };
    },
    verify: async (name) => check(await stored.path(name)),
    async remove(name) {
      await stored.remove(name);
      await removeCopies([name]);
    },
    async settle({ passphrase, everyHours, keep, target }) {
      const wrapping = passphrase && JSON.stringify(await wrappingKey(passphrase));
      if (target) await deps.openTarget(target);
      return async (store, actor) => {
        const runs = await readBackupRuns(store);
        const before = await readBackupSettings(store);
        await store.settings.set(backupSettingsKey, { everyHours, keep, target: target === undefined ? before.target : target }, actor);
        const since = everyHours === null ? null : (runs.since ?? clock().toISOString());
        await store.settings.set(backupRunsKey, { ...runs, since, ...(everyHours === null && { failure: null }) }, actor);
        if (wrapping !== undefined) await store.platformSecrets.put(wrappingSecret, wrapping);
      };
    },
    async runDue() {
      await stored.reap();
      if (running || !(await isDue())) return false;
      let wasDue = true;
      try {
        // Asked again under the lock: another control plane may have made it meanwhile.
        const begun = await begin("schedule", undefined, byItself, async () => {
          wasDue = await isDue();
          if (wasDue) await noteRun((startedAt) => ({ startedAt }));
          return wasDue;
        });
        if (begun === null) return false;
        await begun.done;
        await noteRun((lastSuccessAt) => ({ lastSuccessAt, failure: null }));
        const { keep } = await database.asSystem(readBackupSettings);
        await removeCopies(await stored.prune(keep));
      } catch (error) {
        // Another one is being made: that one is as good, or the next look is for this one.
        if (isStopping || toAppError(error).code === "conflict") return false;
        await noteRun((at) => ({ startedAt: at, failure: { at, message: toAppError(error).message } }));
      }
      return true;
    },
    async stop() {
      isStopping = true;
      const breaking = running;
      breaking?.content.destroy(new AppError("unavailable", "AgentPod was stopped before the backup was done."));
      await breaking?.done.catch(() => undefined);
    },
  };
}
