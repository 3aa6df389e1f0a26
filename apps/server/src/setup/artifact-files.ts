import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "@agentpod/core/errors";

/** Content-addressed tars in a folder: a name is the hash of what it holds, so a file is never changed. */
export interface ArtifactFiles {
  /** Stores a stream under its SHA-256; the same content again has no effect. A stream that breaks leaves nothing. */
  put(tar: Readable): Promise<{ digest: string; bytes: number }>;
  /** `not_found` on absence. */
  open(digest: string): Promise<Readable>;
  /** All that are here whole. */
  list(): Promise<{ digest: string; bytes: number; writtenAt: Date }[]>;
  /** Deletes one that was not written again since; false where it was. Never between a write and its being seen. Succeeds on absence. */
  remove(digest: string, unchangedSince: Date): Promise<boolean>;
}

export function artifactFiles(folder: string): ArtifactFiles {
  const fileOf = (digest: string): string => {
    const hex = /^sha256:([a-f0-9]{64})$/.exec(digest)?.[1];
    if (!hex) throw new AppError("invalid", `"${digest}" is no artifact digest`);
    return join(folder, `${hex}.tar`);
  };
  let last: Promise<unknown> = Promise.resolve();
  /** What is stored is not deleted by who looked at it before. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    async put(tar) {
      const part = join(folder, `${randomUUID()}.part`);
      const hash = createHash("sha256");
      let bytes = 0;
      try {
        await pipeline(
          tar,
          async function* (chunks) {
            for await (const chunk of chunks) {
              hash.update(chunk);
              bytes += chunk.length;
              yield chunk;
            }
          },
          createWriteStream(part, { mode: 0o600, flush: true }),
        );
        const digest = `sha256:${hash.digest("hex")}`;
        await inTurn(() => rename(part, fileOf(digest)));
        return { digest, bytes };
      } catch (error) {
        await rm(part, { force: true });
        throw isDiskFull(error) ? new AppError("unavailable", "The disk is full: the upload was not stored.", { cause: error }) : error;
      }
    },
    async open(digest) {
      const path = fileOf(digest);
      const found = await stat(path).catch(() => null);
      if (!found) throw new AppError("not_found", `artifact ${digest} is not here; upload it again`);
      return createReadStream(path);
    },
    async list() {
      const names = (await readdir(folder)).filter((name) => /^[a-f0-9]{64}\.tar$/.test(name));
      const found = await Promise.all(names.map(async (name) => ({ name, about: await stat(join(folder, name)).catch(() => null) })));
      return found.flatMap(({ name, about }) =>
        about === null ? [] : [{ digest: `sha256:${name.slice(0, 64)}`, bytes: about.size, writtenAt: about.mtime }],
      );
    },
    remove: (digest, unchangedSince) =>
      inTurn(async () => {
        const found = await stat(fileOf(digest)).catch(() => null);
        if (found !== null && found.mtime > unchangedSince) return false;
        await rm(fileOf(digest), { force: true });
        return true;
      }),
  };
}

function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
}
