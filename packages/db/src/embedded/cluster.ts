import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Home } from "@agentpod/host/home";

/** Where one embedded PostgreSQL keeps what it has. */
export interface Cluster {
  /** Data directory. */
  data: string;
  /** Folder of the unix socket; short, for a socket's path ends at 107 bytes. */
  socket: string;
  /** Pid and start time of the postmaster, for whoever adopts it. */
  identity: string;
  /** 0600: the owner's password. */
  credentials: string;
  log: string;
}

/** `/.s.PGSQL.5432.lock`, and room under the shortest limit (104 bytes on macOS). */
const longestSocketFolder = 80;

export function clusterAt(home: Home): Cluster {
  const socket = join(home.postgres, "socket");
  const id = createHash("sha256").update(home.postgres).digest("hex").slice(0, 12);
  return {
    data: join(home.postgres, "data"),
    // Not below TMPDIR: it differs between a login and a service, and a later start must look in the same place.
    socket: Buffer.byteLength(socket) <= longestSocketFolder ? socket : `/tmp/agentpod-pg-${id}`,
    identity: join(home.run, "postgres.json"),
    credentials: join(home.keys, "postgres.json"),
    log: join(home.logs, "postgres.log"),
  };
}
