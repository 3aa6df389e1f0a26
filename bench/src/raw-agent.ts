import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { approach } from "@agentpod/e2e/agent-client";
import { docker } from "@agentpod/e2e/engine";
import { freePort } from "@agentpod/host/free-port";

/** The gateway token of every agent of the benches. */
export const agentToken = "token-of-agents-of-the-bench-0123456789";
/** As AgentPod's probe comes: behind a proxy that says for whom it asks. */
const behindProxy = { "x-forwarded-for": "192.0.2.2", "x-forwarded-proto": "http" };

/** What a pod's container was made of, to run the same by hand. */
export interface AgentParts {
  image: string;
  /** A folder of this machine with what lies in the container at `/opt/agent`. */
  code: string;
  env: Record<string, string>;
  memoryMb: number;
}

export function partsOf(container: string, folder: string): AgentParts {
  const [{ Image, Config, HostConfig }] = JSON.parse(docker("inspect", container));
  docker("cp", `${container}:/opt/agent`, folder);
  const env = Object.fromEntries(
    (Config.Env as string[]).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
  return { image: Image, code: join(folder, "agent"), env, memoryMb: HostConfig.Memory / 2 ** 20 };
}

export interface RawAgent {
  name: string;
  port: number;
  remove(): void;
}

/** `docker run` as somebody would do it who wants the same: same image, program, limits, and a volume of its own. */
export async function runRaw(parts: AgentParts, change: Record<string, string> = {}, memoryMb = parts.memoryMb): Promise<RawAgent> {
  const name = `agentpod-bench-${randomUUID().slice(0, 8)}`;
  const port = await freePort();
  const bridge = docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}");
  const env = Object.entries({ ...parts.env, AGENT_TRUSTED_PROXY: bridge, ...change }).flatMap(([key, value]) => ["-e", `${key}=${value}`]);
  const limits = [
    "--memory",
    `${memoryMb}m`,
    "--cpus",
    "1",
    "--pids-limit",
    "256",
    "--cap-drop",
    "ALL",
    "--security-opt",
    "no-new-privileges",
  ];
  const mounts = ["--read-only", "--tmpfs", "/tmp:size=64m", "-v", `${name}:/home/node/.openclaw`, "-v", `${parts.code}:/opt/agent:ro`];
  const program = ["node", "/opt/agent/start.mjs"];
  docker("run", "-d", "--init", "--name", name, "-p", `127.0.0.1:${port}:18789`, ...limits, ...mounts, ...env, parts.image, ...program);
  return {
    name,
    port,
    remove() {
      docker("rm", "-f", name);
      docker("volume", "rm", name);
    },
  };
}

/** Resolves once an agent has answered `health` on a WebSocket. Asks again after a few milliseconds, which is the resolution. */
export async function healthAnswers(port: number, headers: Record<string, string> = behindProxy): Promise<void> {
  for (const since = performance.now(); performance.now() - since < 300_000; await delay(20)) {
    const reception = await approach({ url: `ws://127.0.0.1:${port}/`, headers, token: agentToken });
    const isWell = reception.ok && (await reception.ask("health")).ok;
    reception.close();
    if (isWell) return;
  }
  throw new Error(`no agent answers at port ${port}`);
}
