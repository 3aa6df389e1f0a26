import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { parseKept } from "./kept-line.ts";
import { linesOf, type Segment } from "./segments.ts";

/**
 * Puts what leaves a pod's kept log into `<folder>/<tenant>/<pod>-<id>/<first moment>.log.gz`. The same piece again has no
 * effect; what is there is never deleted.
 */
export function logArchive(folder: string, { id, tenant, name }: { id: string; tenant: string; name: string }) {
  const place = join(folder, tenant, `${name}-${id.slice(0, 8)}`);
  return async ({ path, number, bytes }: Segment): Promise<void> => {
    if (bytes === 0) return;
    await mkdir(place, { recursive: true, mode: 0o700 });
    const first =
      parseKept(linesOf(path)[0] ?? "")
        ?.at.slice(0, 19)
        .replaceAll(":", "") ?? "unknown";
    const target = join(place, `${first}-${String(number).padStart(8, "0")}.log.gz`);
    await pipeline(createReadStream(path), createGzip(), createWriteStream(`${target}.new`, { mode: 0o600, flush: true }));
    await rename(`${target}.new`, target);
  };
}
