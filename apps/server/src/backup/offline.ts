import { existsSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { readHeader } from "@agentpod/backup/read-backup";
import { verifyBackup } from "@agentpod/backup/verify-backup";
import type { BackupCheck } from "@agentpod/core/api/backup-view";
import { toAppError } from "@agentpod/core/errors";
import { findSetting } from "@agentpod/db/backup/find-setting";
import { checkKnown } from "@agentpod/db/backup/load-database";
import { lookAtDatabase } from "@agentpod/db/backup/look-at-database";
import { startEmbedded } from "@agentpod/db/embedded/start-embedded";
import { type Key, loadMasterKey, parseKey } from "@agentpod/db/master-key";
import { ensureHome } from "@agentpod/host/home";
import { beOnlyInstance } from "@agentpod/host/single-instance";
import { crashPoint } from "../reconciler/crash-point.ts";
import { backupKeys, type GivenKeys } from "./backup-keys.ts";
import { readOfflineEnv } from "./env.ts";
import { restoreBackup } from "./restore-backup.ts";
import { settleRestore } from "./settle-restore.ts";
import { showCheck } from "./show-check.ts";

/** One request, as JSON on stdin: secrets are on no command line. Answers are lines of JSON: `say`, then `result` or `error`. */
interface Request {
  do: "verify" | "inspect" | "restore";
  file: string;
  passphrase: string | null;
  /** Lines of a master key file. */
  keys: string[];
  replace: boolean;
}

const env = readOfflineEnv();
const answer = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

try {
  const request = JSON.parse(await text(process.stdin)) as Request;
  answer({ result: await doAsked(request) });
} catch (thrown) {
  const { code, message } = toAppError(thrown);
  answer({ error: { code, message: code === "internal" && thrown instanceof Error ? thrown.message : message } });
  process.exitCode = 1;
}

async function doAsked(request: Request): Promise<unknown> {
  if (request.do === "verify") return verify(request);
  // Before anything is started or made: a passphrase that is wrong changes nothing.
  const header = await readHeader(request.file);
  checkKnown(header.migrations);
  await backupKeys(header, givenKeys(request));
  if (request.do === "restore") return withDatabase((ownerUrl) => restore(request, ownerUrl));
  // A look at a home where there is nothing makes nothing there.
  const isNew = env.databaseUrl === null && !existsSync(join(env.home.postgres, "data"));
  return { createdAt: header.createdAt, agentpod: header.agentpod, target: isNew ? null : await withDatabase(lookAtDatabase) };
}

async function verify(request: Request): Promise<BackupCheck> {
  const header = await readHeader(request.file);
  const given = givenKeys(request);
  // Without a key all but the signature is checked; with a passphrase it has to be the right one.
  const keys = await backupKeys(header, given).catch((error: unknown) => {
    if (given.passphrase !== null && header.key !== null) throw error;
    return null;
  });
  return showCheck(request.file, await verifyBackup(request.file, () => keys?.[0].key ?? null));
}

async function restore(request: Request, ownerUrl: string): Promise<unknown> {
  const { home } = env;
  const { file, replace } = request;
  const crash = crashPoint(env.crashFile);
  const say = (progress: string) => answer({ say: progress });
  const settingOf = (key: string) => findSetting(ownerUrl, key);
  // One that was cut off before is ended first, or forgotten.
  await settleRestore(home, settingOf);
  const { backup, applied } = await restoreBackup({
    ...{ file, home, ownerUrl, replace, say, crash },
    given: givenKeys(request),
    environment: environmentKeys(),
    clock: () => new Date(),
  });
  await settleRestore(home, settingOf);
  crash("restore:settled");
  const pods = backup.manifest.tables.find(({ schema, name }) => schema === "agentpod" && name === "pods")?.rows ?? 0;
  const users = backup.manifest.tables.find(({ schema, name }) => schema === "agentpod_auth" && name === "users")?.rows ?? 0;
  return { ...(await showCheck(file, backup)), applied, pods, users };
}

function environmentKeys(): Key[] {
  const { AGENTPOD_MASTER_KEY = "", AGENTPOD_MASTER_KEY_OLDER = "" } = env.masterKeys;
  const lines = [AGENTPOD_MASTER_KEY, ...AGENTPOD_MASTER_KEY_OLDER.split(",")].map((line) => line.trim());
  return lines.filter((line) => line !== "").map((line) => parseKey(line, "AGENTPOD_MASTER_KEY"));
}

/** Keys from the file given, the environment, and the home; none is made. */
function givenKeys({ passphrase, keys }: Request): GivenKeys {
  const isAnyHere = env.masterKeys.AGENTPOD_MASTER_KEY !== undefined || existsSync(join(env.home.keys, "master-key"));
  const here = isAnyHere ? loadMasterKey(env.home, env.masterKeys) : null;
  const given = keys.map((line): Key => parseKey(line, "--key-file"));
  return { passphrase, keys: [...given, ...(here ? [here.current, ...here.older] : [])] };
}

/** With the database that the next start will have; the embedded one is stopped again if it was not running. */
async function withDatabase<T>(work: (ownerUrl: string) => Promise<T>): Promise<T> {
  const { home, databaseUrl } = env;
  ensureHome(home);
  const release = beOnlyInstance(home);
  try {
    if (databaseUrl !== null) return await work(databaseUrl);
    const postgres = await startEmbedded(home);
    try {
      return await work(postgres.ownerUrl);
    } finally {
      if (!postgres.adopted) await postgres.stop();
    }
  } finally {
    release();
  }
}
