import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { AppError } from "@agentpod/core/errors";

const run = promisify(execFile);

export interface UnixUser {
  uid: number;
  gid: number;
}

/** The account tools lock the account files: one call at a time. */
let turn: Promise<unknown> = Promise.resolve();
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work, work);
  turn = mine.catch(() => {});
  return mine;
}

const nameOf = (uid: number): string => `agentpod-${uid}`;

export const canMakeUsers = (): boolean => ["/usr/sbin/useradd", "/sbin/useradd"].some((path) => existsSync(path));

/**
 * An account for a pod's processes: programs such as PostgreSQL refuse a user without one. Twice: no effect. `conflict`
 * when the id belongs to somebody else; an account whose home is gone is a leftover of a deleted installation and is
 * taken over. Without account tools the bare id has to do.
 */
export function ensurePodUser(uid: number, home: string): Promise<UnixUser> {
  if (uid < 1000 || uid === 65_534 || uid === 65_535 || uid > 2_147_483_646)
    throw new AppError("internal", `user id ${uid} may not be given to a pod`);
  return inTurn(async () => {
    const held = findAccount(uid);
    if (held?.name === nameOf(uid)) {
      if (held.home === home) return { uid, gid: held.gid };
      if (existsSync(held.home)) throw taken(uid, `the pod in ${held.home}`);
      await change("userdel", [nameOf(uid)]);
    } else if (held) {
      throw taken(uid, held.name);
    }
    if (!canMakeUsers()) return { uid, gid: uid };
    await change("useradd", [
      ...["--uid", String(uid), "--user-group", "--no-create-home", "--home-dir", home],
      ...["--shell", "/usr/sbin/nologin", "--no-log-init", "--comment", "AgentPod pod", nameOf(uid)],
    ]);
    const made = findAccount(uid);
    if (!made) throw new AppError("unavailable", `account ${nameOf(uid)} was made but cannot be found`);
    return { uid, gid: made.gid };
  });
}

/** Deletes the account if it is this pod's. Succeeds on absence. */
export function removePodUser(uid: number, home: string): Promise<void> {
  return inTurn(async () => {
    const held = findAccount(uid);
    if (held?.name === nameOf(uid) && held.home === home) await change("userdel", [held.name]);
  });
}

/** False when the id is known to be somebody else's. */
export function isPodUser(uid: number, home: string): boolean {
  const held = findAccount(uid);
  return held === null || (held.name === nameOf(uid) && held.home === home);
}

function findAccount(uid: number): { name: string; gid: number; home: string } | null {
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name = "", , id, gid, , home = ""] = line.split(":");
    if (id === String(uid)) return { name, gid: Number(gid), home };
  }
  return null;
}

async function change(tool: string, args: string[]): Promise<void> {
  try {
    await run(tool, args, { env: { PATH: "/usr/sbin:/sbin:/usr/bin:/bin", LANG: "C" } });
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? "").trim();
    throw new AppError("unavailable", `${tool} failed: ${said || (error as Error).message}`, { cause: error });
  }
}

function taken(uid: number, by: string): AppError {
  return new AppError("conflict", `user id ${uid} belongs to ${by}; delete that account or give AgentPod another range of user ids`);
}
