import type { Runtime } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import type { Home } from "@agentpod/host/home";
import type { Log } from "../app-deps.ts";
import type { ArtifactFiles } from "../setup/artifact-files.ts";

/** What clean-ups are made with. */
export interface CleanUpDeps {
  database: Pick<Database, "asSystem">;
  runtime: Pick<Runtime, "stored" | "removeImage" | "room">;
  artifacts: Pick<ArtifactFiles, "list" | "remove">;
  home: Pick<Home, "root" | "artifacts">;
  /** A backup of AgentPod is being made: it reads files of artifacts that it found in the database. */
  isBackingUp(): Promise<boolean>;
  /** MB that are free where the home lies. */
  machine(): Promise<{ diskFreeMb: number } | null>;
  clock(): Date;
  log: Pick<Log, "warn">;
}
