import { createHash } from "node:crypto";
import { createReadStream, mkdirSync } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { uploadTooLarge } from "@agentpod/core/source/beyond-limits";
import { mostUploadBytes } from "@agentpod/core/source/source-limits";
import { keepingFailure } from "@agentpod/source/keeping-failure";
import { BodyTooLarge } from "../http-error.ts";

/** Uploads in parts, each under the digest that the whole will have: writing the same part again has no effect. */
export interface SourceUploads {
  /** How many bytes are here, from the first; 0 where none is. */
  received(tenantId: string, digest: string): Promise<number>;
  /**
   * Writes a part; what arrives of one that breaks off stays. Gives what `received` would. Throws `conflict` where the part begins
   * behind what is here, `quota_exceeded` while a tenant has too many under way.
   */
  write(tenantId: string, digest: string, offset: number, part: AsyncIterable<Uint8Array>): Promise<number>;
  /** The whole, read by `use`; it is removed afterwards, whatever comes of it. Throws `invalid` where it is not what its digest says, `not_found` without one. */
  finish<T>(tenantId: string, digest: string, use: (whole: Readable) => Promise<T>): Promise<T>;
}

const mostAtOnce = 8;
/** A gigabyte by the usual 64 kB takes minutes on a busy machine. */
const inPieces = { highWaterMark: 1024 ** 2 };
const keptMilliseconds = 24 * 3600 * 1000;

/** Kept below `folder`, which is made; what nobody went on with for a day is removed. */
export function sourceUploads(folder: string, clock: () => Date): SourceUploads {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fileOf = (tenantId: string, digest: string): string => join(folder, tenantId, `${digest.slice("sha256:".length)}.part`);
  const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => null))?.size ?? 0;

  return {
    received: (tenantId, digest) => sizeOf(fileOf(tenantId, digest)),
    async write(tenantId, digest, offset, part) {
      const file = fileOf(tenantId, digest);
      await removeStale(folder, clock());
      const here = await sizeOf(file);
      if (offset > here)
        throw new AppError("conflict", `${here} bytes are here: go on from there.`, {
          issues: [{ path: "offset", expected: `at most ${here}` }],
        });
      if (here === 0) await begin(join(folder, tenantId), file);
      const handle = await open(file, "r+");
      try {
        let at = offset;
        for await (const chunk of part) {
          if (at + chunk.byteLength > mostUploadBytes) throw new BodyTooLarge(mostUploadBytes, uploadTooLarge());
          for (let done = 0; done < chunk.byteLength; )
            done += (
              await handle
                .write(chunk, done, chunk.byteLength - done, at + done)
                .catch((error: unknown) => Promise.reject(keepingFailure(error)))
            ).bytesWritten;
          at += chunk.byteLength;
        }
      } finally {
        await handle.close();
      }
      return sizeOf(file);
    },
    async finish(tenantId, digest, use) {
      const file = fileOf(tenantId, digest);
      if ((await sizeOf(file)) === 0) throw new AppError("not_found", "Nothing of this upload is here; send it again.");
      try {
        const hash = createHash("sha256");
        for await (const chunk of createReadStream(file, inPieces)) hash.update(chunk);
        if (`sha256:${hash.digest("hex")}` !== digest)
          throw new AppError("invalid", "What arrived is not what the upload's digest says; send it again.", {
            issues: [{ path: "upload", expected: "the digest of the whole" }],
          });
        return await use(createReadStream(file, inPieces));
      } finally {
        await rm(file, { force: true });
      }
    },
  };
}

async function begin(folder: string, file: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await readdir(folder)).length >= mostAtOnce)
    throw new AppError("quota_exceeded", `There are ${mostAtOnce} uploads under way already: finish one, or wait until one is a day old.`);
  await (await open(file, "a", 0o600)).close();
}

async function removeStale(folder: string, now: Date): Promise<void> {
  for (const tenant of await readdir(folder))
    for (const name of await readdir(join(folder, tenant)).catch(() => [])) {
      const about = await stat(join(folder, tenant, name)).catch(() => null);
      if (about !== null && now.getTime() - about.mtimeMs > keptMilliseconds) await rm(join(folder, tenant, name), { force: true });
    }
}
