import { AppError } from "@agentpod/core/errors";
import { type Pod, podLabel } from "@agentpod/core/pod";
import { postgresCommand } from "@agentpod/core/postgres-programs";
import type { Runtime } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import { databaseAt } from "./database-at.ts";
import { lastWords } from "./last-words.ts";

const mostMs = 30_000;

/**
 * Looks whether the data of a pod's PostgreSQL can be copied into another, before anything is made for that: throws `invalid` where it has
 * none, or where the programs for it are not beside it, and `conflict` while it does not run.
 */
export async function requireCopyable(
  { runtime, database }: { runtime: Pick<Runtime, "exec">; database: Pick<Database, "asSystem"> },
  pod: Pod,
): Promise<void> {
  const { id, env } = await database.asSystem((store) => databaseAt(store, pod));
  const session = await runtime.exec(id, { argv: postgresCommand("ready"), tty: null, env, workdir: null });
  const said = lastWords(session);
  const late = setTimeout(() => session.kill(), mostMs);
  try {
    session.stdin.end();
    session.stdout.resume();
    const code = await session.exit;
    // 255: the runtime went away, and may come back; the copy itself will tell.
    if (code === 0 || code === 255) return;
    const why = (await said()).replace(/\.$/, "");
    throw new AppError("invalid", `The data of ${podLabel(pod)} cannot be copied${why}. A preview begins without it by --database empty.`);
  } finally {
    clearTimeout(late);
  }
}
