import { existsSync } from "node:fs";
import { chown, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import { identify } from "@agentpod/host/process-identity";
import { scramVerifier } from "../scram-verifier.ts";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import type { Cluster } from "./cluster.ts";
import { ownerName } from "./credentials.ts";
import { runProgram } from "./program.ts";

/**
 * Makes the data directory with owner and database. Made aside and renamed when complete: a crash leaves nothing half done, and
 * of two at once one wins. There already: no effect, but `conflict` when another major version made it.
 */
export async function initialise(cluster: Cluster, binaries: Binaries, account: Account, password: string): Promise<void> {
  if (existsSync(cluster.data)) return checkMajor(cluster, binaries);
  await removeAbandoned(cluster);
  const fresh = `${cluster.data}.tmp-${process.pid}`;
  await mkdir(fresh, { mode: 0o700 });
  if (account) await chown(fresh, account.uid, account.gid);
  await runProgram(
    join(binaries.bin, "initdb"),
    // The built-in locale: sorting does not change under the data when the system's C library does.
    [
      "-D",
      fresh,
      "-U",
      "postgres",
      "-A",
      "reject",
      "--encoding=UTF8",
      "--locale=C",
      "--locale-provider=builtin",
      "--builtin-locale=C.UTF-8",
      "--no-instructions",
    ],
    account,
    dirname(cluster.data),
  );
  await writeFile(join(fresh, "pg_hba.conf"), "local all all scram-sha-256\n");
  // The superuser has no password and so cannot log in; only this single-user mode reaches it.
  await singleUser(fresh, binaries, account, [
    `CREATE ROLE ${ownerName} LOGIN CREATEROLE CREATEDB PASSWORD '${scramVerifier(password)}'`,
    `CREATE DATABASE ${ownerName} OWNER ${ownerName}`,
    `REVOKE CONNECT ON DATABASE ${ownerName} FROM PUBLIC`,
  ]);
  try {
    await rename(fresh, cluster.data);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!existsSync(cluster.data)) throw error;
  }
}

/** Gives the owner a new password; for data whose password file was lost. Nothing may run on the data. */
export async function resetPassword(cluster: Cluster, binaries: Binaries, account: Account, password: string): Promise<void> {
  await singleUser(cluster.data, binaries, account, [`ALTER ROLE ${ownerName} PASSWORD '${scramVerifier(password)}'`]);
}

/** One statement a line, on stdin: nothing of it shows in a process list. */
async function singleUser(data: string, binaries: Binaries, account: Account, statements: string[]): Promise<void> {
  const args = ["--single", "-D", data, "-c", "exit_on_error=on", "-c", "shared_buffers=8MB", "postgres"];
  await runProgram(join(binaries.bin, "postgres"), args, account, dirname(data), `${statements.join("\n")}\n`);
}

async function checkMajor(cluster: Cluster, binaries: Binaries): Promise<void> {
  const made = (await readFile(join(cluster.data, "PG_VERSION"), "utf8").catch(() => "an unknown version")).trim();
  if (made === binaries.major) return;
  throw new AppError(
    "conflict",
    `The database in ${cluster.data} was made by PostgreSQL ${made}, and this AgentPod brings ${binaries.major}: start the AgentPod that made it, dump its database, and load the dump into a new home; or set DATABASE_URL to a PostgreSQL ${made} that serves it.`,
  );
}

async function removeAbandoned(cluster: Cluster): Promise<void> {
  const folder = dirname(cluster.data);
  for (const entry of await readdir(folder)) {
    const pid = /^data\.tmp-(\d+)$/.exec(entry)?.[1];
    if (pid !== undefined && (Number(pid) === process.pid || identify(Number(pid)) === null))
      await rm(join(folder, entry), { recursive: true, force: true });
  }
}
