import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ServedCertificate } from "@agentpod/core/gateway-tls";
import type { RouteTable } from "@agentpod/core/route-table";
import { afterTest } from "./rig.ts";

export interface GatewayProcess {
  child: ChildProcess;
  pid: number;
  port: number;
  controlSocket: string;
  /** Lines of its own log so far. */
  log: string[];
  exited: Promise<unknown>;
}

/** The gateway as its own process on a home of its own. */
export async function spawnGateway(home: string, port: number, env: Record<string, string> = {}): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: { PATH: process.env.PATH ?? "", AGENTPOD_HOME: home, AGENTPOD_PORT: String(port), AGENTPOD_LISTEN: "127.0.0.1", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exited = once(child, "exit");
  afterTest(() => {
    child.kill("SIGKILL");
    return exited;
  });
  const log: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr as NodeJS.ReadableStream }).on("line", (line) => {
      log.push(line);
      if (line.includes("The gateway serves.")) resolve();
    });
    void exited.then(() => reject(new Error(`the gateway ended: ${log.join("\n")}`)));
  });
  return { child, pid: child.pid as number, port, controlSocket: join(home, "run", "gateway.sock"), log, exited };
}

/** A call to the control socket. */
export const control = (socketPath: string, method: string, path: string, body?: unknown) =>
  controlText(socketPath, method, path, body === undefined ? undefined : JSON.stringify(body));

function controlText(socketPath: string, method: string, path: string, body?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Certificates as the control plane sends them. */
export function putCertificates(socketPath: string, version: string, certificates: readonly ServedCertificate[]) {
  const lines = [{ version, count: certificates.length }, ...certificates].map((line) => `${JSON.stringify(line)}\n`);
  return controlText(socketPath, "PUT", "/certificates", lines.join(""));
}

export const putTable = (socketPath: string, table: RouteTable) => control(socketPath, "PUT", "/table", table);

/** Resident memory of a process in megabytes. */
export function residentMb(pid: number): number {
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}
