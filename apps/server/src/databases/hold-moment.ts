import { createInterface } from "node:readline";
import { holdMomentSql } from "@agentpod/core/count-tables-sql";
import type { DumpContent, TableCount } from "@agentpod/core/dump-content";
import { AppError } from "@agentpod/core/errors";
import { postgresCommand } from "@agentpod/core/postgres-programs";
import type { Runtime } from "@agentpod/core/runtime";
import { z } from "zod";
import type { DatabaseAt } from "./database-at.ts";
import { lastWords } from "./last-words.ts";
import { tableCount } from "./table-count.ts";

/** A moment of a database that a dump can be made of, however long that takes. */
export interface HeldMoment {
  /** For pg_dump. */
  name: string;
  about: Pick<DumpContent, "database" | "version" | "size">;
  /** Its tables and their rows; counted meanwhile. Throws `invalid`, or `unavailable` where the runtime went away. */
  counts(): Promise<TableCount[]>;
  /** The database forgets it. Again: no effect. */
  release(): Promise<void>;
}

const firstLine = z.object({
  moment: z.string().regex(/^[0-9A-F-]{1,64}$/),
  version: z.string().max(200),
  database: z.string(),
  size: z.number(),
});

/** Holds the present moment of a database until it is released, or the control plane is gone. Throws as `counts`. */
export async function holdMoment(runtime: Pick<Runtime, "exec">, { id, env }: DatabaseAt, signal: AbortSignal): Promise<HeldMoment> {
  const session = await runtime.exec(id, { argv: postgresCommand("count"), tty: null, env, workdir: null });
  const said = lastWords(session);
  const stop = (): void => session.kill();
  signal.addEventListener("abort", stop, { once: true });
  session.stdin.on("error", () => undefined);
  session.stdin.write(holdMomentSql);
  const lines = createInterface({ input: session.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (!line.done) return line.value;
    const code = await session.exit;
    throw new AppError(code === 255 ? "unavailable" : "invalid", `The tables of ${id.unit} could not be counted${await said()}`);
  };
  const release = async (): Promise<void> => {
    signal.removeEventListener("abort", stop);
    session.stdin.end();
    session.kill();
  };
  const count = async (): Promise<TableCount[]> => {
    const counts: TableCount[] = [];
    for (let line = await next(); line !== "counted"; line = await next()) counts.push(tableCount(line));
    return counts;
  };
  try {
    const { moment, ...about } = firstLine.parse(JSON.parse(await next()));
    const counted = count();
    // It is asked for after the dump; until then it has failed unheard.
    counted.catch(() => undefined);
    return { name: moment, about, counts: () => counted, release };
  } catch (error) {
    await release();
    throw error;
  }
}
