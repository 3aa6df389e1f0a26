import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { docker } from "./engine.ts";

/** What a container looks like to the engine, of what an adoption must not touch or is to change. */
export interface Seen {
  Id: string;
  Name: string;
  State: { Status: string; StartedAt: string; Pid: number };
  RestartCount: number;
  HostConfig: { RestartPolicy: { Name: string }; Memory: number; CapDrop: string[] | null; NetworkMode: string };
  NetworkSettings: {
    Networks: Record<string, { Aliases: string[] | null }>;
    Ports: Record<string, { HostIp: string; HostPort: string }[] | null>;
  };
  Config: { Hostname: string; Labels: Record<string, string>; Env: string[] };
}

export const seen = (container: string): Seen => JSON.parse(docker("inspect", "--type", "container", container))[0] as Seen;

/** Id, run and process: what stays when nothing is touched. */
export const runOf = (container: string) => {
  const { Id, State } = seen(container);
  return { id: Id, startedAt: State.StartedAt, pid: State.Pid };
};

/**
 * Counts its visits in a folder of the machine, and keeps a mark in its own file system, which is there until the container is made anew.
 */
export const visitedProgram = `
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
if (!existsSync("/own-mark")) writeFileSync("/own-mark", String(Date.now()) + Math.random());
require("node:http").createServer((request, response) => {
  if (request.url === "/visit") appendFileSync("/data/visits", "x");
  const visits = existsSync("/data/visits") ? readFileSync("/data/visits", "utf8").length : 0;
  response.end(JSON.stringify({ visits, mark: readFileSync("/own-mark", "utf8"), greeting: process.env.GREETING, token: process.env.TOKEN }));
}).listen(8080, "0.0.0.0");
process.on("SIGTERM", () => process.exit(0));
`;

/** A folder of this machine that a container writes to. */
export function hostFolder(): { path: string; visits(): number; remove(): void } {
  const path = mkdtempSync("/tmp/ap-adopt-");
  return {
    path,
    visits: () => readFileSync(join(path, "visits"), "utf8").length,
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** `docker run -d` of the program above, as somebody's hand would do it. */
export function runByHand(name: string, ...options: string[]): void {
  docker("run", "-d", "--name", name, ...options, "node:24-bookworm-slim", "node", "-e", visitedProgram);
}
