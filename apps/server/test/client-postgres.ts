import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecRequest, Runtime } from "@agentpod/core/runtime";
import pg from "pg";
import { vi } from "vitest";

const versions = "/usr/lib/postgresql";
const programs = ["postgres", "initdb", "pg_dump", "pg_restore", "psql"];

/** Where a PostgreSQL with its client programs lies on this machine, which the embedded one has not; undefined: nowhere. */
export const clientPostgresBin = (existsSync(versions) ? readdirSync(versions) : [])
  .map((version) => join(versions, version, "bin"))
  .find((folder) => programs.every((program) => existsSync(join(folder, program))));

export interface ClientPostgres {
  port: number;
  folder: string;
  password: string;
  /** Of its user `app`. */
  query<T>(sql: string, database: string): Promise<T[]>;
  connect(database: string): Promise<pg.Client>;
  /** Runs a program as the one of its unit would run beside it. */
  beside(argv: readonly string[], env: Readonly<Record<string, string>>, path?: string): ChildProcessWithoutNullStreams;
  stop(): Promise<void>;
}

/** A server of it, with `database` in it, which takes passwords alone. */
export async function startClientPostgres(bin: string, database: string): Promise<ClientPostgres> {
  const password = "a p'ass\"word";
  const user = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  const folder = mkdtempSync(join(tmpdir(), "agentpod-pg-"));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? 0);
  const port = await freePort();
  const data = join(folder, "data");
  const options = { ...user, cwd: folder, env: { PATH: "/usr/bin:/bin", LANG: "C.UTF-8" } };
  const file = join(folder, "password");
  execFileSync("sh", ["-c", 'printf %s "$2" > "$1"', "write", file, password], options);
  const making = ["-D", data, "-U", "app", `--pwfile=${file}`, "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"];
  execFileSync(join(bin, "initdb"), making, { ...options, stdio: "pipe" });
  const settings = ["unix_socket_directories=", "listen_addresses=127.0.0.1", `port=${port}`, "fsync=off"].flatMap((one) => ["-c", one]);
  const server = spawn(join(bin, "postgres"), ["-D", data, ...settings], { ...options, stdio: "ignore" });
  const connect = async (to: string): Promise<pg.Client> => {
    const client = new pg.Client({ host: "127.0.0.1", port, user: "app", password, database: to });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const query = async <T>(sql: string, to: string): Promise<T[]> => {
    const client = await connect(to);
    return client
      .query(sql)
      .then(({ rows }) => rows as T[])
      .finally(() => client.end());
  };
  await vi.waitFor(() => query("select 1", "postgres"), { timeout: 60_000, interval: 100 });
  await query(`create database "${database.replaceAll('"', '""')}"`, "postgres");
  return {
    ...{ port, folder, password, query, connect },
    beside: ([program = "", ...args], env, path = `${bin}:/usr/bin:/bin`) => {
      const child = spawn(program, args, { ...user, cwd: folder, env: { PATH: path, LISTEN: "127.0.0.1", PORT: String(port), ...env } });
      child.stdin.on("error", () => undefined);
      return child;
    },
    async stop() {
      if (server.exitCode === null) {
        server.kill("SIGINT");
        await once(server, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs programs beside a server, as a unit's would. */
export const runtimeBeside = (server: () => ClientPostgres, path?: string): Pick<Runtime, "exec"> => ({
  exec: async (_id, { argv, env }: ExecRequest) => {
    const child = server().beside(argv, env, path);
    const exit = once(child, "exit").then(([code]) => (code as number | null) ?? 255);
    const { stdin, stdout, stderr } = child;
    return { stdin, stdout, stderr, exit, resize: async () => undefined, kill: () => void child.kill("SIGKILL") };
  },
});

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { port: number };
  listener.close();
  return port;
}

function idOf(flag: string): number {
  try {
    return Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  } catch {
    return 65_534;
  }
}
