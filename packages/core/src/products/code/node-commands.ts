import type { PackageManagerName } from "./analysis.ts";
import { textOf } from "./field-of.ts";
import type { Say } from "./findings.ts";
import type { NodePackage } from "./node-package.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

type NodeManager = Extract<PackageManagerName, "npm" | "pnpm" | "yarn" | "yarn-berry" | "bun">;

export interface NodeCommands {
  manager: { name: NodeManager; version: string | null };
  install: string[];
  /** Runs a script of the application's package. */
  run(script: string): string[];
  /** Runs a script of another package of the workspace. */
  runIn(other: NodePackage, script: string): string[];
  /** Runs a program that the application's package depends on. */
  exec(...argv: string[]): string[];
  /** Runs a program that the workspace depends on, at its top. */
  rootExec(...argv: string[]): string[];
}

const locks: readonly [file: string, name: NodeManager][] = [
  ["pnpm-lock.yaml", "pnpm"],
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["yarn.lock", "yarn"],
  ["package-lock.json", "npm"],
  ["npm-shrinkwrap.json", "npm"],
];

/** How packages of `root` are installed and scripts are run; `member` is the application's package in a workspace, or null. */
export function nodeCommands(files: ProjectFiles, root: NodePackage, member: NodePackage | null, say: Say): NodeCommands {
  const found = locks.filter(([name]) => files.has(joined(root.folder, name)));
  const asked = /^(npm|pnpm|yarn|bun)@([\w.-]{1,40})/.exec(textOf(root.data, "packageManager") ?? "");
  const manager = managerOf(files, root, asked, found, say);
  const lock = found.find(([, name]) => name === plainName(manager.name))?.[0] ?? null;
  const install = installWith(manager.name, lock);
  if (lock === null) say("install", "There is no lock file: what is installed may differ from one day to the next.", root.file, true);
  else say("install", `What is installed is what ${lock} says.`, joined(root.folder, lock));
  const placeOf = (pkg: NodePackage): string => pkg.folder.slice(root.folder === "" ? 0 : root.folder.length + 1);
  const name = member?.name ?? null;
  const at = member === null ? "" : placeOf(member);
  return {
    manager,
    install,
    run: (script) => runWith(manager.name, script, name, at),
    runIn: (other, script) => runWith(manager.name, script, other.name, placeOf(other)),
    exec: (...argv) => execWith(manager.name, argv, name, at),
    rootExec: (...argv) => execWith(manager.name, argv, null, ""),
  };
}

function managerOf(
  files: ProjectFiles,
  root: NodePackage,
  asked: RegExpExecArray | null,
  found: readonly (readonly [string, NodeManager])[],
  say: Say,
): NodeCommands["manager"] {
  const isBerry = (version: string | null): boolean =>
    version === null ? files.has(joined(root.folder, ".yarnrc.yml")) : Number(version.split(".")[0]) >= 2;
  const told = asked?.[1] as NodeManager | undefined;
  const version = asked?.[2] ?? null;
  const [first] = found;
  if (told !== undefined) {
    say("packageManager", `packageManager asks for ${told} ${version}.`, root.file);
    if (first && !found.some(([, name]) => name === told))
      say("packageManager", `${first[0]} is of another package manager and is not read.`, joined(root.folder, first[0]), true);
    return { name: told === "yarn" && isBerry(version) ? "yarn-berry" : told, version };
  }
  if (first === undefined) {
    say("packageManager", "No lock file and no packageManager: npm is taken.", root.file);
    return { name: "npm", version: null };
  }
  const [file, name] = first;
  say("packageManager", `${file} is there.`, joined(root.folder, file));
  if (found.some(([, other]) => other !== name))
    say(
      "packageManager",
      `There are lock files of several package managers; ${file} is the one that counts.`,
      joined(root.folder, file),
      true,
    );
  return { name: name === "yarn" && isBerry(null) ? "yarn-berry" : name, version: null };
}

const plainName = (name: NodeManager): NodeManager => (name === "yarn-berry" ? "yarn" : name);

function installWith(name: NodeManager, lock: string | null): string[] {
  switch (name) {
    case "npm":
      return lock === null ? ["npm", "install"] : ["npm", "ci"];
    case "yarn-berry":
      return lock === null ? ["yarn", "install"] : ["yarn", "install", "--immutable"];
    default:
      return lock === null ? [name, "install"] : [name, "install", "--frozen-lockfile"];
  }
}

function runWith(name: NodeManager, script: string, member: string | null, at: string): string[] {
  if (at === "") return [plainName(name), "run", script];
  switch (name) {
    case "npm":
      return ["npm", "run", script, "--workspace", at];
    case "pnpm":
      return ["pnpm", "--filter", `./${at}`, "run", script];
    case "bun":
      return ["bun", "--cwd", at, "run", script];
    default:
      return member === null ? ["yarn", "--cwd", at, "run", script] : ["yarn", "workspace", member, "run", script];
  }
}

function execWith(name: NodeManager, argv: string[], member: string | null, at: string): string[] {
  switch (name) {
    case "npm":
      return ["npm", "exec", ...(at === "" ? [] : ["--workspace", at]), "--no", "--", ...argv];
    case "pnpm":
      return ["pnpm", ...(at === "" ? [] : ["--filter", `./${at}`]), "exec", ...argv];
    case "bun":
      return ["bun", ...(at === "" ? [] : ["--cwd", at]), "run", ...argv];
    default:
      // Yarn runs programs of packages like scripts.
      return runWith(name, argv[0] ?? "", member, at).concat(argv.slice(1));
  }
}
