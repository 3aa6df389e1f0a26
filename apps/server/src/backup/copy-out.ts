import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import type { Target } from "@agentpod/backup/target";
import { AppError, toAppError } from "@agentpod/core/errors";

/** What a backup of AgentPod itself is called at a target. */
export const nameAtTarget = (name: string): string => `control-plane/${name}`;

/** Puts a backup to a target too, and reads it back. What fails says that the backup is nevertheless in the home. */
export async function copyOut(target: Target, name: string, path: string, called: string): Promise<void> {
  try {
    const key = nameAtTarget(name);
    await target.remove(key);
    await target.put(key, createReadStream(path, { highWaterMark: 1024 * 1024 }));
    const [here, there] = await Promise.all([digestOf(createReadStream(path)), digestOf(await target.read(key))]);
    if (here !== there) throw new AppError("unavailable", "The target gave back something else than was put there.");
  } catch (cause) {
    const { code, message } = toAppError(cause);
    throw new AppError(code, `Backup ${name} is in the home of AgentPod, but not at target ${called}: ${message}`, { cause });
  }
}

async function digestOf(content: Readable): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of content) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
