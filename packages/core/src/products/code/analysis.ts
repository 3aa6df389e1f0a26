import type { Issue } from "../../errors.ts";
import type { UnitDraft } from "./compose-unit.ts";

export const projectTypes = ["node", "python", "static", "dockerfile", "compose", "manifest"] as const;
export type ProjectType = (typeof projectTypes)[number];

export const needKinds = ["postgres", "redis", "mysql"] as const;
export type NeedKind = (typeof needKinds)[number];

export type PackageManagerName = "npm" | "pnpm" | "yarn" | "yarn-berry" | "bun" | "uv" | "poetry" | "pipenv" | "pip";

/** What a reason is about. */
export type Aspect =
  | "type"
  | "root"
  | "framework"
  | "packageManager"
  | "runtime"
  | "install"
  | "build"
  | "start"
  | "ports"
  | "probe"
  | "output"
  | "needs"
  | "env"
  | "migrations"
  | "units";

export interface Reason {
  about: Aspect;
  /** A sentence for people. */
  text: string;
  /** The file that told it; null where it follows from what is not there, or is a default. */
  file: string | null;
  /** True: it works perhaps, and somebody should look at it. */
  warns: boolean;
}

/**
 * What a project is and how it runs (C4). Commands are lists of arguments, never a line for a shell. They may hold placeholders of
 * PodSpec (`{{ listen }}`, `{{ units.app.port }}`), where the application's unit is called `app`.
 */
export interface Analysis {
  type: ProjectType;
  /** The folder in which the commands run, from the top of the source; empty: the top itself. */
  root: string;
  /** The application's package in a workspace, from `root`; null where `root` itself is the application. */
  package: string | null;
  framework: string | null;
  /** Version as the project asks for it, null where it does not. */
  packageManager: { name: PackageManagerName; version: string | null } | null;
  /** What the commands need, as an appliance is called: `node` 22, `python` 3.12. Null for what brings its own. */
  runtime: { name: "node" | "python"; version: string } | null;
  install: string[][];
  build: string[][];
  /** Null for a static site, an image and a compose file, which say it themselves. */
  start: string[] | null;
  /** Environment that belongs to `start`, such as the address to listen on. */
  startEnv: Record<string, string>;
  /** The first is the one that gets the route. */
  ports: number[];
  probe: { kind: "http"; path: string } | { kind: "tcp" } | null;
  /** The folder that is served, from `root`; null unless the project is a static site. */
  output: string | null;
  /** Whether paths that are no file get index.html: a page that does its own routing. */
  singlePage: boolean;
  needs: NeedKind[];
  /** What it uses and AgentPod has no appliance for. */
  notOffered: string[];
  /** Names of environment variables that it reads, without those that AgentPod sets itself. */
  env: string[];
  /** Runs once per release, before the switch; null where there is none. */
  migrations: string[] | null;
  /** From `root`; null unless the project is built by one. */
  dockerfile: string | null;
  /** The units of a compose file; empty otherwise. */
  units: UnitDraft[];
  /** What of a compose file cannot be taken over; the rest can. */
  refused: Issue[];
  reasons: Reason[];
}
