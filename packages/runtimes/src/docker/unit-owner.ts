import { text } from "node:stream/consumers";
import { AppError } from "@agentpod/core/errors";
import type { Owner } from "./code-tar.ts";
import type { Engine } from "./engine.ts";
import { tarEntries } from "./tar-entries.ts";

export const rootOwner: Owner = { uid: 0, gid: 0 };

/** Numbers of a user given as `uid`, `uid:gid`, `name` or `name:group`; null when a name has to be looked up. */
export function numericOwner(user: string): Owner | null {
  if (user === "" || user === "root") return rootOwner;
  const [uid = "", gid] = user.split(":", 2);
  if (!/^\d+$/.test(uid) || (gid !== undefined && !/^\d+$/.test(gid))) return null;
  return { uid: Number(uid), gid: Number(gid ?? uid) };
}

/** Looks a user up in the text of an /etc/passwd and an /etc/group. Throws `invalid` for one that is not there. */
export function lookUpOwner(user: string, passwd: string, group: string): Owner {
  const [name = "", groupName] = user.split(":", 2);
  const rows = (file: string) => file.split("\n").map((line) => line.split(":"));
  const row = rows(passwd).find(([rowName, , uid]) => rowName === name || uid === name);
  const groupRow = groupName === undefined ? undefined : rows(group).find(([rowName, , gid]) => rowName === groupName || gid === groupName);
  if (!row || (groupName !== undefined && !groupRow)) throw new AppError("invalid", `The image has no user ${user}.`);
  return { uid: Number(row[2]), gid: Number(groupRow?.[2] ?? row[3]) };
}

/** Who a container's main process runs as, by the image's own list of users. */
export async function ownerIn(engine: Engine, container: string, user: string): Promise<Owner> {
  const known = numericOwner(user);
  if (known) return known;
  const [passwd, group] = await Promise.all([readText(engine, container, "/etc/passwd"), readText(engine, container, "/etc/group")]);
  return lookUpOwner(user, passwd, group);
}

async function readText(engine: Engine, container: string, path: string): Promise<string> {
  const stream = await engine.stream("GET", `/containers/${container}/archive`, { query: { path } });
  for await (const entry of tarEntries(stream)) return text(entry);
  return "";
}
