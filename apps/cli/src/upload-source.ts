import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Client } from "@agentpod/client/create-client";
import type { SourceView } from "@agentpod/core/api/source-view";
import { folderSource } from "@agentpod/source/folder-source";

/**
 * Sends a folder or an archive. An upload that broke off goes on where it ended: a folder packs to the same bytes as long as nothing
 * in it changes. What a folder's ignore files leave out never leaves this machine.
 */
export async function uploadSource(
  client: Client,
  tenant: string,
  path: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<SourceView> {
  if (!(await stat(path)).isDirectory()) return sendFile(client, tenant, path, progress, signal);
  const scratch = await mkdtemp(join(tmpdir(), "agentpod-upload-"));
  try {
    const source = await folderSource(path);
    const file = join(scratch, "source.tar");
    await pipeline(source.tar(), createWriteStream(file, { mode: 0o600 }));
    const added = await sendFile(client, tenant, file, progress, signal);
    return { ...added, notices: [...source.notices, ...added.notices] };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function sendFile(
  client: Client,
  tenant: string,
  file: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<SourceView> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  const { size } = await stat(file);
  const handle = await open(file);
  try {
    const read = async (offset: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    const say = (received: number): void => progress(`uploaded ${received} of ${size} bytes`);
    return await client.sources.upload(tenant, { digest: `sha256:${hash.digest("hex")}`, bytes: size, read }, say, signal);
  } finally {
    await handle.close();
  }
}
