import type { Action } from "@agentpod/core/action";
import { toAppError } from "@agentpod/core/errors";
import type { ExecSession, Runtime, UnitRun } from "@agentpod/core/runtime";
import type { LiveStatus } from "@agentpod/core/status";

/** What came of it; `printed`: the end of what the program said, which may hold secrets. */
export interface Told extends Pick<LiveStatus, "message"> {
  state: "applied" | "refused";
  printed: string;
}

/** Of what the program prints, so much is kept. */
const keptCharacters = 2000;

/**
 * Runs a unit's own program for changed settings and waits for its end; twice: the same settings once more. `run` has its secrets in
 * place. Null where the unit does not run any more. Throws `unavailable` where the runtime does not answer.
 */
export async function tellSettings(
  runtime: Pick<Runtime, "exec">,
  run: UnitRun,
  { env, command, timeoutSeconds }: Extract<Action, { kind: "apply-live" }>,
): Promise<Told | null> {
  const values = Object.fromEntries(env.map((name) => [name, run.env[name] ?? ""]));
  let session: ExecSession;
  try {
    session = await runtime.exec(run.id, { argv: command, tty: null, env: {}, workdir: null });
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    if (code === "conflict" || code === "not_found") return null;
    if (code === "invalid") return { state: "refused", message: "its program for that could not be started", printed: message };
    throw thrown;
  }
  let printed = "";
  const keep = (part: Buffer): void => {
    printed = `${printed}${part.toString("utf8")}`.slice(-keptCharacters);
  };
  session.stdout.on("data", keep);
  session.stderr?.on("data", keep);
  // It may end without reading.
  session.stdin.on("error", () => undefined);
  session.stdin.end(JSON.stringify(values));
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    session.kill();
  }, timeoutSeconds * 1000);
  try {
    const code = await session.exit;
    if (code === 0 && !isLate) return { state: "applied", message: null, printed };
    return { state: "refused", message: isLate ? `no answer within ${timeoutSeconds} s` : `its program ended with ${code}`, printed };
  } finally {
    clearTimeout(timer);
  }
}
