import type { FetchSourceRequest, SourceView, UploadView } from "@agentpod/core/api/source-view";
import { AppError } from "@agentpod/core/errors";
import type { Analysis } from "@agentpod/core/products/code/analysis";
import { uploadTooLarge } from "@agentpod/core/source/beyond-limits";
import { mostUploadBytes } from "@agentpod/core/source/source-limits";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;

/** An archive that is sent in parts. */
export interface ArchiveParts {
  /** `sha256:<hex>` of the whole. */
  digest: string;
  bytes: number;
  /** A Blob by pages alone. */
  read(offset: number, length: number): Promise<Buffer | Blob>;
}

const partBytes = 8 * 1024 * 1024;
/** Between tries in a row: a server that is restarted takes some seconds, on a busy machine more. */
const pausesMs = [100, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000];

/** The part of the API that is about code that is handed over. */
export function sourceCalls(transport: Transport) {
  const base = (tenant: string) => `/tenants/${enc(tenant)}/sources`;
  const uploadPath = (tenant: string, digest: string) => `${base(tenant)}/uploads/${enc(digest)}`;
  return {
    fetch: (tenant: string, json: FetchSourceRequest, signal?: AbortSignal) =>
      transport.json<SourceView>("POST", `${base(tenant)}/git`, { json, ...(signal && { signal }) }),
    analyze: (tenant: string, digest: string, root?: string) =>
      transport.json<Analysis>("GET", `${base(tenant)}/${enc(digest)}/analysis`, { query: { root } }),
    /**
     * Sends an archive in parts and goes on where an earlier try ended, also one of another process. `progress` gets the bytes that
     * are there. A connection that breaks is tried again, a few times without anything new arriving; then throws `unavailable`. Throws
     * `invalid` at once for one that is larger than an upload may be.
     */
    async upload(tenant: string, archive: ArchiveParts, progress: (received: number) => void, signal?: AbortSignal): Promise<SourceView> {
      if (archive.bytes > mostUploadBytes) throw new AppError("invalid", uploadTooLarge());
      const path = uploadPath(tenant, archive.digest);
      const here = async () => (await transport.json<UploadView>("GET", path, { ...(signal && { signal }) })).received;
      const send = async (offset: number) => {
        const body = await archive.read(offset, Math.min(partBytes, archive.bytes - offset));
        const headers = { "content-type": "application/octet-stream" };
        return (await transport.json<UploadView>("PUT", path, { body, query: { offset }, headers, ...(signal && { signal }) })).received;
      };
      /** Null: not known any more. */
      let received: number | null = await here();
      progress(received);
      for (let tries = 0; received === null || received < archive.bytes; ) {
        try {
          received = received === null ? await here() : await send(received);
          progress(received);
          tries = 0;
        } catch (error) {
          const pause = pausesMs[tries++];
          if (!(error instanceof AppError && ["unavailable", "conflict"].includes(error.code)) || pause === undefined || signal?.aborted)
            throw error;
          await new Promise((resolve) => setTimeout(resolve, pause));
          received = null;
        }
      }
      return transport.json<SourceView>("POST", path, { ...(signal && { signal }) });
    },
  };
}
