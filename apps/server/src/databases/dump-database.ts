import { Readable } from "node:stream";
import { AppError } from "@agentpod/core/errors";
import { postgresCommand } from "@agentpod/core/postgres-programs";
import type { Runtime } from "@agentpod/core/runtime";
import type { DatabaseAt } from "./database-at.ts";
import { lastWords } from "./last-words.ts";

/**
 * A dump as it is written, never held as a whole. The stream fails where the program does: its end without an error is the only sign that the
 * dump is whole.
 */
export async function dumpDatabase(runtime: Pick<Runtime, "exec">, { id, env }: DatabaseAt, signal: AbortSignal): Promise<Readable> {
  const session = await runtime.exec(id, { argv: postgresCommand("dump"), tty: null, env, workdir: null });
  session.stdin.end();
  const said = lastWords(session);
  const stop = (): void => session.kill();
  signal.addEventListener("abort", stop, { once: true });
  async function* whole(): AsyncGenerator<Buffer> {
    let isOver = false;
    try {
      for await (const chunk of session.stdout) yield chunk as Buffer;
      const code = await session.exit;
      isOver = true;
      // 255: the runtime went away, and may come back.
      if (code !== 0)
        throw new AppError(code === 255 ? "unavailable" : "invalid", `The dump of ${id.unit} ended with exit code ${code}${await said()}`);
      if (signal.aborted) throw new AppError("unavailable", `The dump of ${id.unit} was given up.`);
    } finally {
      signal.removeEventListener("abort", stop);
      if (!isOver) session.kill();
    }
  }
  return Readable.from(whole(), { objectMode: false });
}
