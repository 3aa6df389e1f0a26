import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { podSpec } from "@agentpod/core/pod-spec";
import type { Runtime } from "@agentpod/core/runtime";
import { startProber } from "@agentpod/server/reconciler/prober";
import { WebSocketServer } from "ws";
import type { Table } from "./table.ts";

export const title = "Health of 50 agents: processor time of the control plane";

const agents = 50;
const watchedMs = 120_000;
/** Answers to `health` of a real agent are about so long. */
const healthBytes = 6_000;
const isAgents = process.argv.includes("--play-agents");

/** Fifty agents as 2026.9.4 behaves when idle: a heartbeat every 30 s, its health every 60 s, in a process of their own. */
async function playAgents(): Promise<void> {
  const health = { ok: true, channels: {}, padding: "x".repeat(healthBytes) };
  const sockets = new WebSocketServer({ noServer: true });
  const server = createServer((_request, response) => response.end('{"ok":true,"status":"live"}'));
  server.on("upgrade", (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => {
      const say = (value: unknown) => client.send(JSON.stringify(value));
      client.on("message", (data) => {
        const { id, method } = JSON.parse(String(data));
        say({ type: "res", id, ok: true, payload: method === "connect" ? { protocol: 4, policy: { tickIntervalMs: 30_000 } } : health });
      });
      setInterval(() => say({ type: "event", event: "tick", payload: { ts: Date.now() } }), 30_000);
      setInterval(() => say({ type: "event", event: "health", payload: health }), 60_000);
      say({ type: "event", event: "connect.challenge", payload: { nonce: "n" } });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  process.send?.((server.address() as AddressInfo).port);
}

export async function run(): Promise<Table> {
  const child = fork(import.meta.filename, ["--play-agents"]);
  try {
    const [port] = (await once(child, "message")) as [number];
    const runtime = {
      dial: async () => {
        const socket = connect({ host: "127.0.0.1", port, noDelay: true });
        await once(socket, "connect");
        return socket;
      },
    } as unknown as Runtime;
    const spec = podSpec.parse({
      units: [
        { name: "agent", image: "a:1", ports: [{ name: "gateway", container: 1 }], probe: { kind: "agent", port: "gateway", secret: "t" } },
      ],
    });
    const [unit] = spec.units;
    if (!unit?.probe) throw new Error("no probe");
    const prober = startProber(
      runtime,
      () => new Date(),
      async () => ({ t: "token" }),
      () => undefined,
    );
    for (let i = 0; i < agents; i++) {
      const target = {
        id: { pod: `p${i}`, unit: "agent", revision: "r" },
        runId: `r${i}`,
        probe: unit.probe,
        startedAt: new Date().toISOString(),
      };
      prober.track(`p${i}`, [target], 1);
    }
    await delay(5000);
    const healthy = Array.from({ length: agents }, (_, i) => prober.report(`r${i}`)?.state).filter((state) => state === "healthy").length;
    if (healthy !== agents) throw new Error(`only ${healthy} of ${agents} are healthy`);
    const before = process.cpuUsage();
    await delay(watchedMs);
    const { user, system } = process.cpuUsage(before);
    prober.stop();
    const share = (user + system) / 1000 / watchedMs;
    return {
      columns: ["what", "% of a core", "ms per agent and minute"],
      rows: [[`${agents} idle agents`, (share * 100).toFixed(2), (((user + system) / 1000 / agents) * (60_000 / watchedMs)).toFixed(1)]],
      notes: [
        `Processor time of this process alone over ${watchedMs / 1000} s, with nothing else in it: the probe of kind agent (a ping every 10 s, HTTP every minute, a heartbeat every 30 s, its word of ${healthBytes / 1000} kB every minute). The agents are played in another process. Target: < 2 %.`,
      ],
    };
  } finally {
    child.kill();
  }
}

if (isAgents) await playAgents();
