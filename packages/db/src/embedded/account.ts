import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { AppError } from "@agentpod/core/errors";
import { isRoot } from "@agentpod/host/home";

const run = promisify(execFile);

/** Unix user PostgreSQL runs as; null: as ourselves. */
export type Account = { uid: number; gid: number } | null;

const userName = "agentpod-postgres";

/**
 * PostgreSQL refuses to run as root, so root gets a system user for it, made at the first call. It has a user of its own, for a
 * pod under the same one could read its files. Throws `unavailable` where none can be made.
 */
export async function databaseAccount(): Promise<Account> {
  if (!isRoot()) return null;
  return (await find()) ?? (await make());
}

async function find(): Promise<Account> {
  try {
    const [uid, gid] = await Promise.all(["-u", "-g"].map(async (flag) => Number((await run("id", [flag, userName])).stdout)));
    return uid === undefined || gid === undefined ? null : { uid, gid };
  } catch {
    return null;
  }
}

async function make(): Promise<Account> {
  const ways: [string, string[]][] = [
    ["useradd", ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", userName]],
    ["adduser", ["-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", userName]],
  ];
  let failure: unknown;
  for (const [command, args] of ways) {
    try {
      await run(command, args);
    } catch (error) {
      failure = error;
    }
    // Asked also after a failure: another start may have made the user at the same moment.
    const account = await find();
    if (account) return account;
  }
  throw new AppError(
    "unavailable",
    `PostgreSQL cannot run as root, and no system user could be made: create the user ${userName}, start AgentPod as an ordinary user, or set DATABASE_URL.`,
    { cause: failure },
  );
}
