import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { UnitRun } from "@agentpod/core/runtime";
import { containerBody, networkBody } from "@agentpod/runtimes/docker/body";
import { type Engine, engineAt } from "@agentpod/runtimes/docker/engine";
import { findEngine } from "@agentpod/runtimes/docker/find-engine";
import { containerName } from "@agentpod/runtimes/docker/names";
import type { ProxySettings } from "../src/env.ts";
import { runProxy } from "../src/run-proxy.ts";

export const image = "node:24-bookworm-slim";

/** The engine of this machine's unix socket; null where there is none. Where CI promises one, its absence is an error. */
export async function engineSocket(): Promise<string | null> {
  const { DOCKER_HOST } = process.env;
  const found = await findEngine({ DOCKER_HOST });
  const path = found?.address.kind === "unix" && !found.podman ? found.address.path : null;
  if (path === null && process.env.AGENTPOD_REQUIRE_DOCKER === "1")
    throw new Error("AGENTPOD_REQUIRE_DOCKER=1, but no container engine answers");
  return path;
}

export interface Answer {
  status: number;
  message: string;
}

/** A proxy of a new installation before the real engine. */
export interface ProxyRig {
  installation: string;
  socket: string;
  /** The engine itself, past the proxy. */
  engine: Engine;
  /** Lines of what was refused. */
  refused: string[];
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Bytes as they are; what came back until the other side hung up. */
  raw(bytes: string): Promise<string>;
  close(): Promise<void>;
}

export async function proxyRig(engine: string, more: Partial<ProxySettings> = {}): Promise<ProxyRig> {
  const folder = await mkdtemp(join(tmpdir(), "agentpod-proxy-"));
  const socket = join(folder, "engine.sock");
  const refused: string[] = [];
  const settings: ProxySettings = {
    listen: socket,
    engine,
    stateDir: join(folder, "state"),
    subnets: "10.0.0.0/8",
    firewallImage: null,
    attach: null,
    ownContainer: null,
    ...more,
  };
  const server = await runProxy(settings, (line) => refused.push(line));
  return {
    installation: randomUUID(),
    socket,
    engine: engineAt({ kind: "unix", path: engine }),
    refused,
    ask: (method, path, body, headers = {}) =>
      new Promise((resolve, reject) => {
        const type = body === undefined || Buffer.isBuffer(body) ? {} : { "content-type": "application/json" };
        const asked = request({ socketPath: socket, method, path, agent: false, headers: { ...type, ...headers } }, (answer) =>
          text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, message: messageOf(said) }), reject),
        );
        asked.on("error", reject);
        asked.end(body === undefined ? undefined : Buffer.isBuffer(body) || typeof body === "string" ? body : JSON.stringify(body));
      }),
    async raw(bytes) {
      const connection = connect({ path: socket, allowHalfOpen: true });
      connection.write(bytes, "latin1");
      return text(connection);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function messageOf(said: string): string {
  try {
    return String((JSON.parse(said) as { message?: unknown }).message ?? said);
  } catch {
    return said;
  }
}

/** A unit's run, and what the driver asks the engine for to make it. */
export function unitOf(installation: string) {
  const pod = randomUUID();
  const run: UnitRun = {
    id: { pod, unit: "web", revision: "0123456789ab" },
    scope: { pod, tenant: "acme", name: "web", egress: "open", subnet: `10.19.${process.pid % 250}.0/28`, uid: null },
    hostname: "web-web",
    alias: "web",
    image,
    build: null,
    code: null,
    entrypoint: null,
    command: ["sleep", "600"],
    workdir: null,
    env: {},
    ports: [{ name: "http", container: 8080, host: 29_999 }],
    volumes: [{ id: { pod, unit: "web", volume: "data" }, path: "/data" }],
    resources: { cpus: 0.5, memoryMb: 64, pids: 32 },
    user: null,
    capabilities: ["CHOWN"],
    readOnlyRoot: false,
    tmpfs: [{ path: "/tmp", sizeMb: 16 }],
    stopGraceSeconds: 1,
    stopSignal: null,
    local: null,
  };
  const body = containerBody(run, { installation, publish: false, image, env: {}, filled: [], cores: null });
  return { run, body, name: containerName(installation, run.scope, run.id), network: networkBody(installation, run.scope) };
}
