import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byteReader } from "./byte-reader.ts";
import { type EntrySpool, entrySpool } from "./entry-spool.ts";
import { type GitAddress, gitAddress, gitRef } from "./git-address.ts";
import { type GitCredentials, writeCredentials } from "./git-credentials.ts";
import { gitFailure, noSuchRef } from "./git-failure.ts";
import { printable } from "./printable.ts";
import { refused } from "./refused.ts";
import { type GitBounds, startGit } from "./run-git.ts";
import { defaultSourceLimits, type SourceLimits } from "./source-limits.ts";
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
    await run(["init", "--quiet", "--bare", "--template=", "."], bounds);
    const fetched = await run([...hardened(address, connectTo), "fetch", ...fetchOptions, "--", address.url, ref ?? "HEAD"], bounds);
    if (fetched.code !== 0) throw gitFailure(fetched.said, address, ref, secrets);
    // From here on nothing is asked of the network.
    await rm(join(folder, "secrets"), { recursive: true, force: true });
    const commit = (await run(["rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"], bounds)).out.trim();
    if (!/^[0-9a-f]{40,64}$/.test(commit)) throw noSuchRef(ref);
    spool = await entrySpool(scratch, limits);
    const notices = await readTree(commit, bounds, spool, limits);
    return { commit, snapshot: await spool.snapshot({ ignoring: "own", notices }) };
  } catch (error) {
    await spool?.close();
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How a file begins that stands for one of Git LFS. */
const lfsPointer = "version https://git-lfs";

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
  return {
    ...given,
    ...login,
    HOME: folder,
    LC_ALL: "C",
    GIT_DIR: join(folder, "repository"),
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ALLOW_PROTOCOL: protocol,
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_OPTIONAL_LOCKS: "0",
  };
}

async function run(argv: readonly string[], bounds: GitBounds): Promise<{ code: number | null; said: string; out: string }> {
  const git = startGit(argv, bounds);
  git.stdin.end();
  const parts: Buffer[] = [];
  for await (const chunk of git.stdout) if (parts.length < 100) parts.push(chunk);
  return { ...(await git.ended), out: Buffer.concat(parts).toString("utf8") };
}

interface TreeEntry {
  mode: string;
  object: string;
  bytes: number;
  path: string;
}

/** Puts every file of a commit into the spool; returns what its owner should know. */
async function readTree(commit: string, bounds: GitBounds, spool: EntrySpool, limits: SourceLimits): Promise<string[]> {
  const found = await listTree(commit, bounds, limits);
  const notices: string[] = [];
  const modules = found.filter(({ mode }) => mode === "160000");
  if (modules.length > 0) notices.push(`Submodules are not fetched: ${shown(modules)}.`);
  const files = found.filter(({ mode }) => mode !== "160000");
  const pointers: TreeEntry[] = [];
  const git = startGit(["cat-file", "--batch"], bounds);
  const reader = byteReader(git.stdout);
  try {
    for (const file of files) {
      if (!git.stdin.write(`${file.object}\n`)) await Promise.race([once(git.stdin, "drain"), git.ended]);
      const [, kind, size] = (await reader.line()).split(" ");
      if (kind !== "blob" || Number(size) !== file.bytes) throw new Error(`an object of git that is no file: ${kind}`);
      const kept: Buffer[] = [];
      const content = file.bytes <= 1024 ? copied(reader.part(file.bytes), kept) : reader.part(file.bytes);
      if (file.mode === "120000") {
        if (file.bytes > limits.pathBytes) throw refused(file.path, `a link to a path of at most ${limits.pathBytes} bytes`);
        for await (const _ of content);
        spool.addLink(file.path, Buffer.concat(kept).toString("utf8"));
      } else await spool.addFile({ path: file.path, isExecutable: file.mode === "100755" }, content);
      await reader.line();
      if (Buffer.concat(kept).toString("latin1").startsWith(lfsPointer)) pointers.push(file);
    }
    git.stdin.end();
    await git.ended;
  } catch (error) {
    git.stdin.destroy();
    git.stdout.destroy();
    await git.ended;
    throw error;
  }
  if (pointers.length > 0) notices.push(`Kept by Git LFS, whose contents are not fetched: ${shown(pointers)}.`);
  return notices;
}

async function* copied(part: AsyncIterable<Buffer>, into: Buffer[]): AsyncGenerator<Buffer> {
  for await (const chunk of part) {
    into.push(Buffer.from(chunk));
    yield chunk;
  }
}

/** Names and sizes first: what is too much is known before anything of it is kept. */
async function listTree(commit: string, bounds: GitBounds, limits: SourceLimits): Promise<TreeEntry[]> {
  const git = startGit(["ls-tree", "-r", "-l", "-z", "--full-tree", commit], bounds);
  git.stdin.end();
  const found: TreeEntry[] = [];
  let rest = Buffer.alloc(0);
  let total = 0;
  try {
    for await (const chunk of git.stdout) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        const match = /^(\d{6}) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(rest.subarray(0, end).toString("utf8"));
        rest = rest.subarray(end + 1);
        if (match === null) throw refused("url", "a repository whose files have names");
        const [, mode = "", object = "", size = "0", path = ""] = match;
        total += Number(size) || 0;
        if (found.length >= limits.entries) throw refused(path, `at most ${limits.entries} files and folders`);
        if (total > limits.bytes) throw refused(path, `at most ${limits.bytes} bytes in all`);
        found.push({ mode, object, bytes: Number(size) || 0, path });
      }
    }
  } finally {
    git.stdout.destroy();
    await git.ended;
  }
  return found;
}

const shown = (entries: readonly TreeEntry[]): string =>
  entries
    .slice(0, 10)
    .map(({ path }) => printable(path))
    .join(", ") + (entries.length > 10 ? " …" : "");
