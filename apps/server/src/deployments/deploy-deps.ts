import type { Runtime } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import type { AppDeps } from "../app-deps.ts";
import type { DiskWatch } from "../clean-up/disk-watch.ts";
import type { LogKeeper } from "../logs/log-keeper.ts";
import type { Writer } from "../routes/write-pod.ts";
import type { Sources } from "../sources/sources.ts";

/** What deployments are carried out with. */
export interface DeployDeps {
  database: Pick<Database, "asSystem">;
  /** It is looked at and read from; nothing is started by it. */
  runtime: Pick<Runtime, "can" | "kind" | "observe" | "readFiles" | "exec">;
  /** What pods say, as it is kept. */
  logs: Pick<LogKeeper, "read">;
  /** For rows of pods. */
  writing: Writer["deps"];
  sources: Pick<Sources, "analyze">;
  artifacts: AppDeps["artifacts"];
  addresses: AppDeps["addresses"];
  /** Of this machine. */
  cores: number;
  machine(): Promise<Writer["machine"]>;
  /** Absent: nobody looks whether there is room before something is built. */
  disk?: Pick<DiskWatch, "require">;
}
