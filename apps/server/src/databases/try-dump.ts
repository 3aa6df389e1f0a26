import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { TableCount } from "@agentpod/core/dump-content";
import { AppError } from "@agentpod/core/errors";
import { postgresCommand, postgresHints } from "@agentpod/core/postgres-programs";
import type { Runtime } from "@agentpod/core/runtime";
import type { DatabaseAt } from "./database-at.ts";
import { feedProgram } from "./feed-program.ts";
import { lastWords } from "./last-words.ts";
import { tableCount } from "./table-count.ts";

/**
 * Restores a dump into a throw-away database beside its own, gives what is in it then, and drops that again. `roomKb` must be free there. Whoever
 * breaks it off has it forgotten by `forgetTry`. Throws `invalid` where it cannot be restored, and what `dump` throws.
 */
export async function tryDump(
  runtime: Pick<Runtime, "exec">,
  { id, env }: DatabaseAt,
  dump: Readable,
  roomKb: number,
  signal: AbortSignal,
): Promise<TableCount[]> {
  const request = { argv: postgresCommand("check"), tty: null, env: { ...env, ...postgresHints({ roomKb }) }, workdir: null };
  const session = await runtime.exec(id, request);
  const said = lastWords(session);
  const stop = (): void => session.kill();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const counted = text(session.stdout).catch(() => "");
    const fed = await feedProgram(dump, session);
    if (fed instanceof AppError) {
      session.kill();
      throw fed;
    }
    const code = await session.exit;
    if (signal.aborted) throw new AppError("unavailable", "Trying the dump out was given up.");
    // 255: the runtime went away, and may come back.
    if (code !== 0)
      throw new AppError(code === 255 ? "unavailable" : "invalid", `The dump could not be restored beside its database${await said()}`);
    if (fed !== "whole") throw new AppError("invalid", "Trying the dump out ended before all of it was read.");
    return (await counted)
      .split("\n")
      .filter((line) => line !== "")
      .map(tableCount);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Drops the throw-away database of a try (`forget`), or what was loaded for a restore (`unload`). Again: no effect. Throws where the database cannot be asked. */
export async function forgetTry(
  runtime: Pick<Runtime, "exec">,
  { id, env }: DatabaseAt,
  program: "forget" | "unload" = "forget",
): Promise<void> {
  const session = await runtime.exec(id, { argv: postgresCommand(program), tty: null, env, workdir: null });
  const said = lastWords(session);
  session.stdin.end();
  session.stdout.resume();
  const code = await session.exit;
  if (code !== 0) throw new AppError("unavailable", `What was tried out beside ${id.unit} is not gone yet${await said()}`);
}
