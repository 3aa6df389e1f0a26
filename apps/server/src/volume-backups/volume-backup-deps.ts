import type { Runtime } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import type { MasterKey } from "@agentpod/db/master-key";
import type { Home } from "@agentpod/host/home";
import type { AppDeps, Log } from "../app-deps.ts";
import type { OutboundGuard } from "../outbound/outbound-guard.ts";

/** What backups of volumes stand on. */
export interface VolumeBackupDeps {
  database: Database;
  runtime: Runtime;
  masterKey: MasterKey;
  home: Pick<Home, "backups">;
  guard: Pick<OutboundGuard, "addresses">;
  installation: string;
  hosts: AppDeps["hosts"];
  machine: AppDeps["machine"];
  clock(): Date;
  log: Log;
}
