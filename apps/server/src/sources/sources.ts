import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { FetchSourceRequest, SourceView } from "@agentpod/core/api/source-view";
import { AppError } from "@agentpod/core/errors";
import type { Analysis } from "@agentpod/core/products/code/analysis";
import { defaultSourceLimits } from "@agentpod/core/source/source-limits";
import { analyzeSource } from "@agentpod/source/analyze-source";
import { archiveSource } from "@agentpod/source/archive-source";
import { gitAddress, gitRef } from "@agentpod/source/git-address";
import type { GitCredentials } from "@agentpod/source/git-credentials";
import { gitSource } from "@agentpod/source/git-source";
import type { SourceSnapshot } from "@agentpod/source/source-snapshot";
import type { AppDeps } from "../app-deps.ts";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";
import { type SourceUploads, sourceUploads } from "./source-uploads.ts";

/** Code that others hand over, on its way into the artifact store. */
export interface Sources {
  /** A tar, tar.gz or zip. Throws `invalid` for what no source may hold, `unavailable` while too many others are read. */
  addArchive(archive: Readable, tenantId: string): Promise<SourceView>;
  /** A repository at a ref. Throws as `addArchive`, and `unavailable` where its host does not answer. */
  addRepository(asked: FetchSourceRequest, tenantId: string, signal: AbortSignal): Promise<SourceView>;
  /** What `read` makes of something that is here already, in a folder for that. Throws as `addArchive`. */
  addSnapshot(read: (scratch: string) => Promise<SourceSnapshot>, tenantId: string): Promise<SourceView>;
  /** A repository's address as git is told it. Throws `invalid` for what none can be; nothing is asked of the network. */
  checkedAddress(url: string): string;
  /** Throws `invalid` for what no branch can be called. */
  checkedBranch(branch: string): string;
  /** What a kept source is and how it runs. Throws as `analyzeProject`; `not_found` where it is not here. */
  analyze(digest: string, root: string | undefined): Promise<Analysis>;
  uploads: SourceUploads;
}

export interface SourcesDeps {
  artifacts: AppDeps["artifacts"];
  guard: Pick<OutboundGuard, "addresses">;
  /** Made if it is not there; what an earlier server left in it is removed, but for uploads. */
  folder: string;
  /** For git and ssh. */
  searchPath: string;
  /** What git goes through, and where it does not; null: the hosts themselves. */
  proxy?: { url: string; except: string | null } | null;
  /** PEM of all that may sign for hosts of git; null: those that the machine knows. */
  authorities?: string[] | null;
  /** For repositories on this machine: plain HTTP too. */
  allowHttp?: boolean;
  clock: () => Date;
}

/** Reading a source takes a processor and the disk: pods want theirs too. */
const mostAtOnce = 4;

export function sources({
  artifacts,
  guard,
  folder,
  searchPath,
  proxy = null,
  authorities = null,
  allowHttp = false,
  clock,
}: SourcesDeps): Sources {
  const scratch = join(folder, "reading");
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const authoritiesFile = join(folder, "authorities.pem");
  if (authorities !== null) writeFileSync(authoritiesFile, authorities.join("\n"), { mode: 0o600 });
  const environment = {
    PATH: searchPath,
    ...(proxy !== null && { http_proxy: proxy.url, https_proxy: proxy.url, no_proxy: proxy.except ?? "" }),
    ...(authorities !== null && { GIT_SSL_CAINFO: authoritiesFile }),
  };
  let reading = 0;

  async function within<T>(work: () => Promise<T>): Promise<T> {
    if (reading >= mostAtOnce) throw new AppError("unavailable", "Too many sources are being read: try again in a moment.");
    reading++;
    try {
      return await work();
    } finally {
      reading--;
    }
  }

  async function keep(source: SourceSnapshot, commit: string | null, tenantId: string): Promise<SourceView> {
    try {
      const kept = await artifacts.put(source.tar(), tenantId);
      return { ...kept, files: source.entries.length, commit, notices: [...source.notices] };
    } finally {
      await source.close();
    }
  }

  return {
    uploads: sourceUploads(join(folder, "uploads"), clock),
    addArchive: (archive, tenantId) => within(async () => keep(await archiveSource(archive, { scratch }), null, tenantId)),
    addRepository: ({ url, ref = null, credentials, knownHosts = null }, tenantId, signal) =>
      within(async () => {
        const { snapshot, commit } = await gitSource(url, {
          ref,
          credentials: loginOf(credentials),
          knownHosts,
          addresses: guard.addresses,
          environment,
          scratch,
          signal,
          allowHttp,
        });
        return keep(snapshot, commit, tenantId);
      }),
    addSnapshot: (read, tenantId) => within(async () => keep(await read(scratch), null, tenantId)),
    checkedAddress: (url) => {
      gitAddress(url, { allowHttp });
      return url;
    },
    checkedBranch: (branch) => {
      gitRef(branch, "branch");
      return branch;
    },
    analyze: (digest, root) =>
      within(async () => {
        // It passed the limits when it came; entries of what was an artifact before may be more.
        const limits = { ...defaultSourceLimits, entries: 1_000_000 };
        const source = await archiveSource(await artifacts.open(digest), { scratch, limits, ignoring: "nothing" });
        try {
          return await analyzeSource(source, root === undefined ? {} : { root });
        } finally {
          await source.close();
        }
      }),
  };
}

function loginOf(given: FetchSourceRequest["credentials"]): GitCredentials | null {
  if (given === undefined) return null;
  if (given.kind === "key") return given;
  return { kind: "token", token: given.token, ...(given.user !== undefined && { user: given.user }) };
}
