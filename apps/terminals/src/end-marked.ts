import type { Runtime, UnitId } from "@agentpod/core/runtime";

/** In the environment of a terminal's program and of all that it starts. */
export const mark = "AGENTPOD_TERMINAL";

/** Constant text; the mark is its only argument. It does not carry the mark itself. */
const endScript = `for p in $(grep -lzxF -e "${mark}=$1" /proc/[0-9]*/environ 2>/dev/null); do
  p="\${p#/proc/}"
  kill -9 "\${p%/environ}" 2>/dev/null
done`;

/**
 * Ends a terminal's program and all it has started, also when nobody holds its streams any more. Needs `sh` and `grep`
 * in the unit. Gives false when it is not known whether that was done: the engine did not answer.
 */
export async function endMarked(runtime: Pick<Runtime, "exec">, unit: UnitId, id: string): Promise<boolean> {
  try {
    const session = await runtime.exec(unit, { argv: ["sh", "-c", endScript, "sh", id], tty: null, env: {}, workdir: null });
    session.stdin.end();
    session.stdout.resume();
    session.stderr?.resume();
    await session.exit;
    return true;
  } catch (error) {
    // A unit that is gone or does not run has no programs.
    return ["not_found", "conflict"].includes((error as { code?: string }).code ?? "");
  }
}
