import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** Where everything of one installation lies, below AGENTPOD_HOME (default `~/.agentpod`). */
export interface Home {
  root: string;
  /** Pid files. */
  run: string;
  /** Control sockets: `run`, or a short folder of its own where that path would be too long for a socket. */
  sockets: string;
  /** Master key, credentials: 0600 files. */
  keys: string;
  /** Content-addressed tars. */
  artifacts: string;
  /** The gateway's last table and access log. */
  gateway: string;
  /** Logs of AgentPod's own processes. */
  logs: string;
  /** What pods have said, a folder for each. */
  podLogs: string;
  /** Heads of the audit chain, and archived events. */
  audit: string;
  /** Backups of AgentPod itself. */
  backups: string;
  /** What a restore puts aside until the database is changed. */
  restoring: string;
  /** Compiled code of AgentPod's own processes: they start faster and smaller with it. May be deleted. */
  cache: string;
  /** State of the process runtime; other users can walk into it. */
  pods: string;
  /** Data, binaries and socket of the embedded PostgreSQL; other users can walk into it. */
  postgres: string;
}

/** Longest socket file name below `sockets`, with room to spare under the kernel's 107 bytes. */
const longestSocketDir = 80;

export function homeAt(path: string | undefined): Home {
  const root = resolve(path && path !== "" ? path : join(homedir(), ".agentpod"));
  const id = createHash("sha256").update(root).digest("hex").slice(0, 10);
  const run = join(root, "run");
  // As root, pods and PostgreSQL run as other users, who cannot walk through a 0700 folder such as /root.
  const open = isRoot() && !isReachableByOthers(dirname(root)) ? join("/var/lib/agentpod", id) : root;
  return {
    root,
    run,
    sockets: run.length <= longestSocketDir ? run : join(tmpdir(), `agentpod-${id}`),
    keys: join(root, "keys"),
    artifacts: join(root, "artifacts"),
    gateway: join(root, "gateway"),
    logs: join(root, "logs"),
    podLogs: join(root, "pod-logs"),
    audit: join(root, "audit"),
    backups: join(root, "backups"),
    restoring: join(root, "restoring"),
    cache: join(root, "cache"),
    pods: join(open, "pods"),
    postgres: join(open, "postgres"),
  };
}

/** Makes the folders; again: no effect. Private ones are 0700, those that other users walk through 0711. */
export function ensureHome(home: Home): void {
  for (const path of [home.root, dirname(home.pods), home.pods, home.postgres]) {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o711);
  }
  for (const path of [home.run, home.sockets, home.keys, home.artifacts, home.gateway, home.logs, home.podLogs, home.audit, home.cache]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
  }
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function isReachableByOthers(path: string): boolean {
  for (let at = path; ; at = dirname(at)) {
    const mode = statSync(at, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}
