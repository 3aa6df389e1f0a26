import { AppError } from "@agentpod/core/errors";
import pg from "pg";

/** What a database URL says, without its user. */
export interface ConnectionTarget {
  host: string;
  port: number;
  database: string;
  ssl: pg.ClientConfig["ssl"];
}

export interface Login {
  user: string;
  password: string;
}

/** Reads a URL as pg does (`?host=/socket/dir`, `sslmode` and all); throws `invalid` for one that cannot be read. */
export function connectionTarget(url: string): ConnectionTarget {
  try {
    const { host, port, database, ssl } = new pg.Client({ connectionString: url }) as pg.Client & { ssl: pg.ClientConfig["ssl"] };
    if (!database) throw new Error("no database name");
    return { host, port, database, ssl };
  } catch (cause) {
    // Not the cause's message: it may repeat the URL with its password.
    const name = cause instanceof Error ? cause.name : "error";
    throw new AppError("invalid", "DATABASE_URL cannot be read: give postgresql://user:password@host:5432/database.", { cause: name });
  }
}

/** Connection settings for one of AgentPod's own roles on the same server. */
export function loginConfig(target: ConnectionTarget, login: Login, applicationName: string): pg.ClientConfig {
  return { ...target, ...login, application_name: applicationName, connectionTimeoutMillis: 5000, keepAlive: true };
}
