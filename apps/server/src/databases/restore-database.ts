import type { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { postgresCommand } from "@agentpod/core/postgres-programs";
import type { Runtime } from "@agentpod/core/runtime";
import type { DatabaseAt } from "./database-at.ts";
import { feedProgram } from "./feed-program.ts";
import { lastWords } from "./last-words.ts";

/**
 * Brings a dump into a database beside the present one, and puts it into its place once all of it is there: whatever fails before, the
 * present data stays. Who is connected is put out at that moment. Throws `invalid` where the dump is none or is torn, and what `dump`
 * throws.
 */
export async function restoreDatabase(
  runtime: Pick<Runtime, "exec">,
  { id, env }: DatabaseAt,
  dump: Readable,
  signal: AbortSignal,
): Promise<void> {
  await restoreProgram(runtime, { id, env }, "load", dump, signal);
  await restoreProgram(runtime, { id, env }, "use", null, signal);
}

/** One half of a restore: `load` again begins anew, `use` again fails unless its mark is on what it put into its place. Throws as `restoreDatabase`. */
export async function restoreProgram(
  runtime: Pick<Runtime, "exec">,
  { id, env }: DatabaseAt,
  program: "load" | "use",
  input: Readable | null,
  signal: AbortSignal,
): Promise<void> {
  const session = await runtime.exec(id, { argv: postgresCommand(program), tty: null, env, workdir: null });
  const said = lastWords(session);
  const stop = (): void => session.kill();
  signal.addEventListener("abort", stop, { once: true });
  try {
    session.stdout.resume();
    const fed = input === null ? "whole" : await feedProgram(input, session);
    if (input === null) session.stdin.end();
    if (fed instanceof AppError) {
      session.kill();
      throw fed;
    }
    const code = await session.exit;
    if (signal.aborted) throw new AppError("unavailable", `The restore of ${id.unit} was given up; its data is as before.`);
    // 255: the runtime went away, and may come back.
    if (code !== 0)
      throw new AppError(
        code === 255 ? "unavailable" : "invalid",
        `The restore of ${id.unit} ended with exit code ${code}, and its data is as before${await said()}`,
      );
    if (fed !== "whole") throw new AppError("invalid", `The restore of ${id.unit} ended before its dump was read; its data is as before.`);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
