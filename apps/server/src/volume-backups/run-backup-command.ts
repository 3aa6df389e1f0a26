import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { AppError } from "@agentpod/core/errors";
import type { Runtime } from "@agentpod/core/runtime";
import type { UnitVolume } from "./unit-volume.ts";

/** Its last words may come after its end. */
const ended = (stream: Readable): Promise<void> => finished(stream).catch(() => undefined);

/** Runs the program that copies a volume's data beside it. Throws `invalid` with its last word where it fails. */
export async function runBackupCommand(
  runtime: Pick<Runtime, "exec">,
  { id, path }: UnitVolume,
  argv: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const session = await runtime.exec(id, { argv: [...argv], tty: null, env: {}, workdir: path });
  const stop = (): void => session.kill();
  signal.addEventListener("abort", stop, { once: true });
  try {
    session.stdin.end();
    session.stdout.resume();
    let said = "";
    session.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-1000);
    });
    const [code] = await Promise.all([session.exit, session.stderr && ended(session.stderr)]);
    if (code === 0) return;
    const last = said.trim().split("\n").at(-1) ?? "";
    throw new AppError(
      "invalid",
      `The backup command of ${id.unit} ended with exit code ${code}${last === "" ? "." : `: ${last.slice(0, 300)}`}`,
    );
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
