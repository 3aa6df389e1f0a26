import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refused } from "@agentpod/core/source/refused";
import { defaultSourceLimits, type SourceLimits } from "@agentpod/core/source/source-limits";
import { type EntrySpool, entrySpool } from "./entry-spool.ts";
import { type GitAddress, gitAddress, gitRef } from "./git-address.ts";
import { type GitCredentials, writeCredentials } from "./git-credentials.ts";
import { gitFailure, noSuchRef } from "./git-failure.ts";
import { readGitTree } from "./read-git-tree.ts";
import { type GitBounds, ownEnvironment, runGit } from "./run-git.ts";
import type { SourceSnapshot } from "./source-snapshot.ts";

export interface GitOptions {
  /** A branch, tag or whole commit; null: the repository's own branch. */
  ref: string | null;
  credentials: GitCredentials | null;
  /** For SSH: lines of a known_hosts file; null takes the first key that is seen. */
  knownHosts: string | null;
  /** Addresses of a host that may be connected to; throws `invalid` where none may. Only these are connected to. */
  addresses(host: string): Promise<string[]>;
  /** For git and ssh: `PATH`, and where a machine needs them, proxies and certificates. */
  environment: Record<string, string>;
  limits?: SourceLimits;
  /** A folder that exists; the system's for temporary files unless given. */
  scratch?: string;
  /** For everything together; 10 minutes unless given. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Plain HTTP too, for servers on this machine. */
  allowHttp?: boolean;
}

export interface GitSource {
  snapshot: SourceSnapshot;
  /** The commit that it is. */
  commit: string;
}

/**
 * A repository's files at a ref, without its history. Nothing of it is run or unpacked: no hooks, filters, submodules or work tree.
 * Throws `invalid` for an address, ref or login that is not right and for what no source may hold, `unavailable` where the host
 * does not answer; nothing is left behind then.
 */
export async function gitSource(url: string, options: GitOptions): Promise<GitSource> {
  const { limits = defaultSourceLimits, scratch = tmpdir(), timeoutMs = 600_000, credentials } = options;
  const address = gitAddress(url, { allowHttp: options.allowHttp ?? false });
  const ref = options.ref === null ? null : gitRef(options.ref);
  const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(options.signal ? [options.signal] : [])]);
  const [connectTo] = await options.addresses(address.host);
  if (connectTo === undefined) throw refused("url", "a host that has an address");
  const folder = await mkdtemp(join(scratch, "git-"));
  let spool: EntrySpool | null = null;
  try {
    const repository = join(folder, "repository");
    await mkdir(repository);
    const login = await writeCredentials(folder, credentials, {
      host: bare(address.host),
      address: connectTo,
      knownHosts: options.knownHosts,
    });
    const bounds: GitBounds = {
      repository,
      mostBytes: limits.bytes,
      signal,
      environment: environmentOf(options.environment, folder, address, login),
    };
    const secrets = credentials === null ? [] : [credentials.kind === "token" ? credentials.token : credentials.key];
    await runGit(["init", "--quiet", "--bare", "--template=", "."], bounds);
    const fetched = await runGit([...hardened(address, connectTo), "fetch", ...fetchOptions, "--", address.url, ref ?? "HEAD"], bounds);
    if (fetched.code !== 0) throw gitFailure(fetched.said, address, ref, secrets);
    // From here on nothing is asked of the network.
    await rm(join(folder, "secrets"), { recursive: true, force: true });
    const commit = (await runGit(["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"], bounds)).out.trim();
    if (!/^[0-9a-f]{40,64}$/.test(commit)) throw noSuchRef(ref);
    spool = await entrySpool(scratch, limits);
    const notices = await readGitTree(commit, bounds, spool, limits);
    return { commit, snapshot: await spool.snapshot({ ignoring: "own", notices }) };
  } catch (error) {
    await spool?.close();
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const fetchOptions = ["--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance", "--no-write-commit-graph"];

const bare = (host: string): string => host.replace(/^\[(.*)\]$/, "$1");

/** Whatever a repository, a machine or a server says: no other protocol, no redirect, no hook, no helper, no other address. */
function hardened({ protocol, host, port }: GitAddress, connectTo: string): string[] {
  const settings = [
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "protocol.file.allow=never",
    `protocol.${protocol}.allow=always`,
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "credential.helper=",
    "submodule.recurse=false",
    "fetch.recurseSubmodules=false",
    "transfer.bundleURI=false",
    "fetch.unpackLimit=1",
    "gc.auto=0",
    "maintenance.auto=false",
    "pack.threads=1",
    "core.bigFileThreshold=16m",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
    `http.curloptResolve=${host}:${port}:${connectTo.includes(":") ? `[${connectTo}]` : connectTo}`,
  ];
  return settings.flatMap((setting) => ["-c", setting]);
}

function environmentOf(
  given: Record<string, string>,
  folder: string,
  { protocol }: GitAddress,
  login: Record<string, string>,
): Record<string, string> {
  return { ...given, ...login, ...ownEnvironment(folder, join(folder, "repository")), GIT_ALLOW_PROTOCOL: protocol };
}
