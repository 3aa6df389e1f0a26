import { dirname } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { UnitRun } from "@agentpod/core/runtime";

/** Where programs are looked for after those that AgentPod brings along. */
export const systemPath = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  ...(process.platform === "darwin" ? ["/opt/homebrew/bin"] : []),
];

/**
 * Runs its arguments as a child, and writes the exit code to descriptor 4 once the child has ended, whether or not the
 * control plane is there to see it. Its end closes the pipe on 5: that wakes whoever listens. The child's stderr comes
 * on 6, so that what the shell itself says of a killed child is in no log.
 */
export const superviseScript = `trap : TERM INT HUP
"$@" 2>&6 5>&- 6>&-
echo $? >&4`;

/**
 * Tells its pid on descriptor 3 and becomes its arguments once it reads "go" there. When the control plane dies before
 * that, it reads the end instead and goes, having started nothing.
 */
export const gateScript = `echo $$ >&3
IFS= read -r agentpod_go <&3 && [ "$agentpod_go" = go ] || { echo unstarted >&4; exit 125; }
unset agentpod_go
exec 3>&- 4>&-
exec "$@"`;

/** Becomes its arguments once it reads "go" on descriptor 3: until then limits and the like can be put on it. */
export const execScript = `IFS= read -r agentpod_go <&3 && [ "$agentpod_go" = go ] || exit 125
unset agentpod_go
exec 3<&-
exec "$@"`;

/** The same for a program on a terminal, which inherits nothing else: its first argument is a named pipe to read. */
export const execTerminalScript = `IFS= read -r agentpod_go <"$1" && [ "$agentpod_go" = go ] || exit 125
unset agentpod_go
shift
exec "$@"`;

/** The whole command line of a start. Values are arguments of fixed scripts; none is ever read by a shell. */
export function startCommand(program: readonly string[], sandbox: readonly string[], privileges: readonly string[]): string[] {
  return ["/bin/sh", "-c", superviseScript, "agentpod", ...sandbox, "/bin/sh", "-c", gateScript, "agentpod", ...privileges, ...program];
}

/** What a process of the pod finds in its environment: nothing of the control plane's own. */
export function environmentFor(run: UnitRun, folders: { home: string; tmp: string }, programs: readonly string[]): Record<string, string> {
  return {
    PATH: [...programs, ...systemPath.filter((dir) => !programs.includes(dir))].join(":"),
    HOME: folders.home,
    LANG: "C.UTF-8",
    TMPDIR: folders.tmp,
    ...run.env,
    ...run.local?.env,
  };
}

/** How the unit runs without an engine; `invalid` when its template does not say. */
export function localOf(run: UnitRun): NonNullable<UnitRun["local"]> {
  if (run.local) return run.local;
  throw new AppError(
    "invalid",
    `unit ${run.id.unit} has an image but no \`local\` part, and this machine runs pods as plain processes: add one, or use a machine with Docker`,
    { issues: [{ path: `units.${run.id.unit}.local`, expected: "how to run the unit without a container engine" }] },
  );
}

/** A path of the container as the process sees it: below the code's path it lies in the code folder. */
export function workdirOf(run: UnitRun, codeDir: string, home: string): string {
  if (!run.code) return home;
  return run.workdir === null ? codeDir : (underCode(run.workdir, run.code.path, codeDir) ?? codeDir);
}

/** `path` moved from the container's code path to the code folder; null when it lies elsewhere. */
export function underCode(path: string, codePath: string, codeDir: string): string | null {
  const base = codePath.replace(/\/+$/, "");
  if (path === base || path === `${base}/`) return codeDir;
  return path.startsWith(`${base}/`) ? codeDir + path.slice(base.length) : null;
}

/** What to show of a program's folder where others are hidden: with its neighbours `lib` and `share`, unless that shows what is hidden. */
export function shownWith(folder: string, hide: readonly string[]): string {
  const parent = dirname(folder);
  return hide.some((path) => `${path}/`.startsWith(`${parent}/`.replace("//", "/"))) ? folder : parent;
}

/** bubblewrap: the system read-only, AgentPod's and other pods' folders hidden, a /tmp of its own. Ends with `--`. */
export function sandboxCommand(
  bwrap: string,
  view: { hide: string[]; readable: string[]; writable: string[]; tmp: string; cwd: string },
): string[] {
  return [
    bwrap,
    ...["--ro-bind", "/", "/", "--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc"],
    ...["--bind", view.tmp, "/tmp"],
    ...view.hide.flatMap((path) => ["--tmpfs", path]),
    ...view.readable.flatMap((path) => ["--ro-bind", path, path]),
    ...view.writable.flatMap((path) => ["--bind", path, path]),
    ...["--chdir", view.cwd, "--"],
  ];
}
