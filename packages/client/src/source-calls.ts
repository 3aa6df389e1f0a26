import type { FetchSourceRequest, SourceView, UploadView } from "@agentpod/core/api/source-view";
import { AppError } from "@agentpod/core/errors";
import type { Analysis } from "@agentpod/core/products/code/analysis";
import type { Transport } from "./transport.ts";

const enc = encodeURIComponent;

/** An archive that is sent in parts. */
export interface ArchiveParts {
  /** `sha256:<hex>` of the whole. */
  digest: string;
  bytes: number;
  read(offset: number, length: number): Promise<Buffer>;
}

const partBytes = 8 * 1024 * 1024;
const mostTries = 5;

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
     * are there. A connection that breaks is tried again, a few times without anything new arriving; then throws `unavailable`.
     */
    async upload(tenant: string, archive: ArchiveParts, progress: (received: number) => void, signal?: AbortSignal): Promise<SourceView> {
      const path = uploadPath(tenant, archive.digest);
      const here = async () => (await transport.json<UploadView>("GET", path, { ...(signal && { signal }) })).received;
      let received = await here();
      for (let tries = 0; received < archive.bytes; ) {
        progress(received);
        try {
          const body = await archive.read(received, Math.min(partBytes, archive.bytes - received));
          const headers = { "content-type": "application/octet-stream" };
          const now = await transport.json<UploadView>("PUT", path, {
            body,
            query: { offset: received },
            headers,
            ...(signal && { signal }),
          });
          received = now.received;
          tries = 0;
        } catch (error) {
          if (!(error instanceof AppError && ["unavailable", "conflict"].includes(error.code)) || ++tries >= mostTries || signal?.aborted)
            throw error;
          received = await here();
        }
      }
      progress(received);
      return transport.json<SourceView>("POST", path, { ...(signal && { signal }) });
    },
  };
}
