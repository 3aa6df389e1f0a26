import type { Say } from "./findings.ts";
import type { NodeCommands } from "./node-commands.ts";
import type { NodeFramework } from "./node-framework.ts";
import type { NodePackage } from "./node-package.ts";
import type { ProjectFiles } from "./project-files.ts";
import type { CodeFacts } from "./scan-code.ts";

/** Where a project for Node is looked at. */
export interface NodeScene {
  files: ProjectFiles;
  root: NodePackage;
  /** The application's package; `root` itself outside of workspaces. */
  pkg: NodePackage;
  /** All packages of the workspace; none outside of one. */
  members: readonly NodePackage[];
  /** Its folder from `root`; empty where it is the same. */
  at: string;
  framework: NodeFramework | null;
  commands: NodeCommands;
  code: CodeFacts;
  say: Say;
}
