import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { PodView } from "@agentpod/core/api/pod-view";
import { referenceTo } from "@agentpod/core/products/agents/environment-name";
import { type Installation, makeInstallation } from "@agentpod/e2e/installation";
import { type Client, clientOf } from "./answers.ts";
import { type ContainerMemory, memoryOf, pssOf } from "./cgroup-memory.ts";
import { putToSleep } from "./put-to-sleep.ts";
import { type AgentParts, agentToken, healthAnswers, partsOf, type RawAgent, runRaw } from "./raw-agent.ts";
import { median, round, type Table } from "./table.ts";

export const title = "Memory of idle agents, and how many fit in 4 GB";

const machineMb = 4096;
/** At once, of each kind. */
const agents = Number(process.env.BENCH_AGENTS ?? "3");
/** After a start garbage is collected, and what was compiled is let go of. */
const restMs = Number(process.env.BENCH_REST_SECONDS ?? "120") * 1000;

/** What somebody gets who only says where it listens: everything that OpenClaw brings is on. */
const plain: Record<string, string> = {
  AGENT_CONFIG: JSON.stringify({
    gateway: { mode: "local", auth: { mode: "token" }, trustedProxies: [referenceTo("AGENT_TRUSTED_PROXY")] },
  }),
  AGENT_LIVE: "{}",
  NODE_OPTIONS: "",
  MALLOC_ARENA_MAX: "",
  NODE_DISABLE_COMPILE_CACHE: "",
};

export async function run(): Promise<Table> {
  const ca = process.env.NODE_EXTRA_CA_CERTS;
  const installation = await makeInstallation("docker", ca === undefined ? {} : { AGENTPOD_EXTRA_CA: ca });
  const folder = await mkdtemp(join(tmpdir(), "agentpod-bench-"));
  try {
    await installation.start();
    const client = clientOf(installation);
    await client.tenants.create({ name: "acme" });
    await delay(restMs);
    const alone = platformMb(installation);

    const names = Array.from({ length: agents }, (_, i) => `agent-${i}`);
    // One by one: the first builds the image, and starts side by side would have the heap grow.
    const views: PodView[] = [];
    for (const name of names) {
      await client.pods.create("acme", {
        name,
        template: "hello-agent",
        inputs: { gatewayToken: agentToken, hibernateAfterSeconds: 86_400 },
      });
      views.push(await reaches(client, name, "running"));
    }
    const containers = views.map((view) => view.units[0]?.containerId ?? "");
    const parts = partsOf(containers[0] ?? "", folder);
    await delay(restMs);
    const lean = containers.map(memoryOf);
    const awake = platformMb(installation);
    for (const name of names) await putToSleep(client, "acme", name);
    for (const name of names) await reaches(client, name, "sleeping");
    await delay(restMs / 4);
    const asleep = platformMb(installation);

    const defaults = await measureRaw(parts, plain, 2048);
    const perSleeper = Math.max(0, (asleep - alone) / agents);
    return {
      columns: ["an idle agent", "limit MB", "kept MB", "PSS MB", "fit by what they use", "fit by their limits"],
      rows: [
        row("as OpenClaw comes", 2048, defaults, awake),
        row("lean, as shipped", parts.memoryMb, lean, awake),
        ["hibernated", "-", round(perSleeper, 1), round(perSleeper, 1), "by disk", "by disk"],
        ["AgentPod itself (PSS of all its processes)", "-", "-", round(awake), "", ""],
      ],
      notes: [
        `Median of ${agents} of each kind at once, ${restMs / 1000} s after their start, before their first conversation, no channel, ${parts.memoryMb} MB limit (2048 as it comes).`,
        "Kept: what the kernel counts to the container without file pages that it can drop. PSS: of its processes, shared pages in part (with the image's files).",
        `Fit: ${machineMb} MB less AgentPod's own, by the larger of the two. A hibernated one has no process: its figure is what AgentPod's own processes grew by for each.`,
        "After conversations an agent keeps 50 to 150 MB more; by their limits is what is safe.",
      ],
    };
  } finally {
    await installation.destroy();
    await rm(folder, { recursive: true, force: true });
  }
}

function row(name: string, limitMb: number, measured: readonly ContainerMemory[], platform: number): (string | number)[] {
  const kept = median(measured.map((one) => one.kept));
  const pss = median(measured.map((one) => one.pss));
  const free = machineMb - platform;
  return [name, limitMb, round(kept), round(pss), Math.floor(free / Math.max(kept, pss)), Math.floor(free / limitMb)];
}

async function measureRaw(parts: AgentParts, change: Record<string, string>, memoryMb: number): Promise<ContainerMemory[]> {
  const running: RawAgent[] = [];
  try {
    for (let i = 0; i < agents; i++) {
      const agent = await runRaw(parts, change, memoryMb);
      running.push(agent);
      await healthAnswers(agent.port);
    }
    await delay(restMs);
    return running.map(({ name }) => memoryOf(name));
  } finally {
    for (const agent of running) agent.remove();
  }
}

async function reaches(client: Client, name: string, phase: string): Promise<PodView> {
  for (const since = performance.now(); performance.now() - since < 1_200_000; await delay(250)) {
    const pod = await client.pods.get("acme", name);
    if (pod.phase === phase && pod.observedGeneration === pod.generation) return pod;
  }
  throw new Error(`${name} did not come to be ${phase}`);
}

/** The supervisor's and everything's that it started, in MB. */
function platformMb(installation: Installation): number {
  const parents = new Map<number, number>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      parents.set(Number(entry), Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${entry}/status`, "utf8"))?.[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const family = new Set(["supervisor", "server", "gateway", "postgres", "terminals"].map((name) => installation.pid(name as "server")));
  for (let before = 0; before !== family.size; ) {
    before = family.size;
    for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
  }
  return pssOf([...family]);
}
