import { fieldOf, keysOf, textsOf } from "./field-of.ts";
import type { Findings, Say } from "./findings.ts";
import { joined, type ProjectFiles } from "./project-files.ts";

export interface PythonPackages {
  manager: NonNullable<Findings["packageManager"]>;
  install: string[][];
  /** Name in lower case, with `-` → the file that lists it. `fastapi[standard]` is there beside `fastapi`. */
  dependencies: ReadonlyMap<string, string>;
  /** Runs a program that a dependency brings. */
  bin(...argv: string[]): string[];
}

/** Files that say that a folder is a Python project. */
export const pythonSigns = [
  "pyproject.toml",
  "requirements.txt",
  "Pipfile",
  "uv.lock",
  "poetry.lock",
  "setup.py",
  "manage.py",
  "requirements/production.txt",
];

/** What is installed, and by what. */
export function pythonPackages(files: ProjectFiles, folder: string, say: Say): PythonPackages {
  const at = (name: string): string => joined(folder, name);
  const has = (name: string): boolean => files.has(at(name));
  const project = files.data(at("pyproject.toml"));
  const dependencies = new Map<string, string>();
  const add = (requirement: string, file: string): void => {
    const match = /^\s*([A-Za-z0-9][A-Za-z0-9._-]{0,100})\s*(?:\[([\w\s,.-]{0,100})\])?/.exec(requirement);
    const name = match?.[1]?.toLowerCase().replaceAll(/[._]/g, "-");
    if (name === undefined) return;
    dependencies.set(name, file);
    for (const extra of match?.[2]?.split(",") ?? []) dependencies.set(`${name}[${extra.trim()}]`, file);
  };
  const listed = ["requirements.txt", "requirements/production.txt", "requirements/prod.txt", "requirements/base.txt"].filter(has);
  for (const name of listed) for (const line of files.text(at(name))?.split("\n") ?? []) if (!/^\s*(#|-)/.test(line)) add(line, at(name));
  for (const requirement of textsOf(project, "project", "dependencies")) add(requirement, at("pyproject.toml"));
  for (const name of keysOf(project, "tool", "poetry", "dependencies"))
    if (name !== "python") add(withExtras(name, fieldOf(project, "tool", "poetry", "dependencies", name)), at("pyproject.toml"));
  const pipfile = files.data(at("Pipfile"));
  for (const name of keysOf(pipfile, "packages")) add(withExtras(name, fieldOf(pipfile, "packages", name)), at("Pipfile"));
  const inVenv = (...argv: string[]): string[] => [`.venv/bin/${argv[0] ?? "python"}`, ...argv.slice(1)];
  const by =
    (prefix: string[]) =>
    (...argv: string[]): string[] => [...prefix, ...argv];
  const unlocked = (lock: string, file: string): void => {
    if (!has(lock)) say("install", "There is no lock file: what is installed may differ from one day to the next.", at(file), true);
  };

  if (has("uv.lock") || fieldOf(project, "tool", "uv") !== undefined) {
    const file = has("uv.lock") ? "uv.lock" : "pyproject.toml";
    say("packageManager", `${file} says that uv installs it.`, at(file));
    unlocked("uv.lock", "pyproject.toml");
    return {
      manager: { name: "uv", version: null },
      install: [["uv", "sync", ...(has("uv.lock") ? ["--frozen"] : []), "--no-dev"]],
      dependencies,
      bin: by(["uv", "run", "--no-sync"]),
    };
  }
  if (has("poetry.lock") || fieldOf(project, "tool", "poetry") !== undefined) {
    const file = has("poetry.lock") ? "poetry.lock" : "pyproject.toml";
    say("packageManager", `${file} says that Poetry installs it.`, at(file));
    unlocked("poetry.lock", "pyproject.toml");
    return {
      manager: { name: "poetry", version: null },
      install: [["poetry", "install", "--only", "main", "--no-root", "--no-interaction"]],
      dependencies,
      bin: by(["poetry", "run"]),
    };
  }
  if (has("Pipfile")) {
    say("packageManager", "Pipfile says that Pipenv installs it.", at("Pipfile"));
    unlocked("Pipfile.lock", "Pipfile");
    return {
      manager: { name: "pipenv", version: null },
      install: [has("Pipfile.lock") ? ["pipenv", "install", "--deploy"] : ["pipenv", "install"]],
      dependencies,
      bin: by(["pipenv", "run"]),
    };
  }
  const [list = null] = listed;
  const source = list ?? ["pyproject.toml", "setup.py"].find(has) ?? null;
  say(
    "packageManager",
    source === null ? "Nothing lists what is to be installed." : `pip installs what ${source} lists.`,
    source === null ? null : at(source),
  );
  const what = list === null ? (source === null ? null : ["."]) : ["-r", list];
  const install = [["python3", "-m", "venv", ".venv"], ...(what === null ? [] : [[".venv/bin/pip", "install", ...what]])];
  return { manager: { name: "pip", version: null }, install, dependencies, bin: inVenv };
}

const withExtras = (name: string, told: unknown): string => {
  const extras = textsOf(told, "extras");
  return extras.length === 0 ? name : `${name}[${extras.join(",")}]`;
};
