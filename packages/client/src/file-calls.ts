import type { Readable } from "node:stream";
import type { MakeFolderRequest, PodFileEntry, PodFileRoot, PodFolderView } from "@agentpod/core/api/pod-file-view";
import { apiUrl, type Transport } from "./transport.ts";

const enc = encodeURIComponent;

/** A file or folder of a running unit; the pod's first unit unless named. */
export interface FileAddress {
  tenant: string;
  pod: string;
  unit?: string;
  path: string;
}

export interface FileBody {
  bytes: Buffer | Readable | Blob;
  size: number;
  /** Refused with `conflict` where the file was changed after this. */
  unchangedSince?: string;
}

/** The part of the API that is about the files of pods. */
export function fileCalls(transport: Transport) {
  const base = ({ tenant, pod }: Pick<FileAddress, "tenant" | "pod">) => `/tenants/${enc(tenant)}/pods/${enc(pod)}/files`;
  const query = ({ unit, path }: FileAddress) => ({ unit, path });
  return {
    /** Where files begin. */
    roots: (tenant: string, pod: string) => transport.json<PodFileRoot[]>("GET", `${base({ tenant, pod })}/roots`),
    list: (at: FileAddress) => transport.json<PodFolderView>("GET", base(at), { query: query(at) }),
    /** The bytes, as they come. */
    read: (at: FileAddress, signal?: AbortSignal) =>
      transport.stream("GET", `${base(at)}/content`, { query: query(at), ...(signal === undefined ? {} : { signal }) }),
    /** Where a page finds the bytes, for a link that saves them. */
    contentUrl: (at: FileAddress) => apiUrl(transport.options.baseUrl, `${base(at)}/content`, query(at)).href,
    write: (at: FileAddress, { bytes, size, unchangedSince }: FileBody) =>
      transport.json<PodFileEntry>("PUT", `${base(at)}/content`, {
        query: { ...query(at), unchangedSince },
        body: bytes,
        headers: { "content-type": "application/octet-stream", "content-length": String(size) },
      }),
    makeFolder: ({ tenant, pod, ...json }: Pick<FileAddress, "tenant" | "pod"> & MakeFolderRequest) =>
      transport.json<undefined>("POST", `${base({ tenant, pod })}/folders`, { json }),
    remove: (at: FileAddress) => transport.json<undefined>("DELETE", base(at), { query: query(at) }),
  };
}
