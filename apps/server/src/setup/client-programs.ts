import { execFile } from "node:child_process";
import { join } from "node:path";
import type { DoctorLine } from "@agentpod/core/api/platform-view";
import { systemPath } from "@agentpod/runtimes/process/body";

/** First numbers of the versions of programs for databases on this machine; null: there is none. */
export interface ClientPrograms {
  /** Of the databases that run as processes here. */
  postgres: number | null;
  pgDump: number | null;
}

/** Looks for them as units of the process runtime would find them: `postgres` in the folder that AgentPod brings, the others on `path`. */
export async function clientPrograms(brought: string, path: readonly string[] = systemPath): Promise<ClientPrograms> {
  const at = { PATH: path.join(":"), LC_ALL: "C" };
  const [postgres, pgDump] = await Promise.all([majorOf(join(brought, "postgres"), at), majorOf("pg_dump", at)]);
  return { postgres, pgDump };
}

function majorOf(program: string, env: Record<string, string>): Promise<number | null> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], { env, timeout: 10_000 }, (error, stdout) => {
      const major = /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
      resolve(error === null && major !== undefined ? Number(major) : null);
    });
  });
}

/** Whether databases that run as processes can be dumped, restored and copied. */
export function checkClientPrograms({ postgres, pgDump }: ClientPrograms): Omit<DoctorLine, "check">[] {
  if (postgres === null) return [];
  if (pgDump !== null && pgDump >= postgres)
    return [{ status: "ok", message: `Databases can be dumped and copied by pg_dump ${pgDump}.`, advice: null }];
  return [
    {
      status: "warning",
      message:
        pgDump === null
          ? `There is no pg_dump on this machine: databases that run as processes (PostgreSQL ${postgres}) can be neither dumped, restored nor copied into previews.`
          : `pg_dump is of version ${pgDump} on this machine: databases that run as processes (PostgreSQL ${postgres}) can be neither dumped nor copied into previews.`,
      advice: `Install PostgreSQL's client programs of version ${postgres}, as postgresql-client-${postgres} of apt.postgresql.org on Debian and Ubuntu; nothing needs to be restarted.`,
    },
  ];
}
