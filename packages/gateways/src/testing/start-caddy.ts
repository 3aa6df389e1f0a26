import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "@agentpod/host/free-port";
import { request } from "undici";

export interface CaddyProcess {
  /** Of its admin API. */
  admin: string;
  /** What it has written so far. */
  output(): string;
  kill(): Promise<void>;
}

/** The machine's own Caddy as a process of the test's, with a configuration of somebody else's. */
export async function startCaddy(home: string, config: object = {}): Promise<CaddyProcess> {
  const adminPort = await freePort();
  const file = join(home, "caddy.json");
  const own = { admin: { listen: `127.0.0.1:${adminPort}`, config: { persist: false } }, storage: { module: "file_system", root: home } };
  writeFileSync(file, JSON.stringify({ ...config, ...own }));
  const logFile = join(home, "caddy.log");
  const log = openSync(logFile, "a");
  const child = spawn("caddy", ["run", "--config", file], { stdio: ["ignore", log, log] });
  closeSync(log);
  const exited = once(child, "exit");
  const admin = `http://127.0.0.1:${adminPort}`;
  for (const end = Date.now() + 20_000; ; ) {
    const isUp = await request(`${admin}/config/`, { reset: true }).then(
      async ({ body }) => body.dump().then(() => true),
      () => false,
    );
    if (isUp) break;
    if (Date.now() > end || child.exitCode !== null) throw new Error("Caddy does not come up; is it installed?");
  }
  return {
    admin,
    output: () => readFileSync(logFile, "utf8"),
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
