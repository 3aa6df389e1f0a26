import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { docker } from "@agentpod/e2e/engine";
import { type Installation, makeInstallation } from "@agentpod/e2e/installation";
import { answers, clientOf, destroyAll } from "./answers.ts";
import { round, type Table } from "./table.ts";

export const title = "50 pods on Docker, and what AgentPod itself takes";

const count = 50;
/** Seconds of idling before memory is read; 300 for the figure that is published. */
const idleSeconds = Number(process.env.BENCH_IDLE_SECONDS ?? "300");
const cpuSeconds = 60;

export async function run(): Promise<Table> {
  const installation = await makeInstallation("docker");
  try {
    await installation.start();
    const client = clientOf(installation);
    await client.tenants.create({ name: "acme" });
    const from = performance.now();
    const names = Array.from({ length: count }, (_, i) => `web-${i}`);
    await Promise.all(names.map((name) => client.pods.create("acme", { name, template: "hello", inputs: { memoryMb: 64 } })));
    await Promise.all(names.map((name) => answers(`http://127.0.0.1:${installation.port}/`, `${name}-acme.localhost`)));
    const seconds = (performance.now() - from) / 1000;
    const subnets = new Set(
      docker("network", "ls", "--filter", `label=agentpod.installation=${installation.id()}`, "--format", "{{.ID}}")
        .split("\n")
        .map((id) => docker("network", "inspect", id, "--format", "{{range .IPAM.Config}}{{.Subnet}}{{end}}")),
    );
    await delay(idleSeconds * 1000);
    const before = processes(installation);
    await delay(cpuSeconds * 1000);
    const after = processes(installation);
    const ticks = sum(after.map((p) => p.ticks)) - sum(before.map((p) => p.ticks));
    const byName = Object.entries(Object.groupBy(after, (p) => p.name)).map(([name, list = []]) => [
      `PSS of ${name} (${list.length} processes)`,
      `${round(sum(list.map((p) => p.pssKb)) / 1024)} MB`,
      "",
    ]);
    return {
      columns: ["what", "figure", "target"],
      rows: [
        [`${count} pods created at once until all answer`, `${round(seconds, 1)} s`, "< 60 s"],
        ["subnets of their own", subnets.size, count],
        ...byName,
        [`sum of PSS, ${idleSeconds} s idle with ${count} pods`, `${round(sum(after.map((p) => p.pssKb)) / 1024)} MB`, "< 300 MB"],
        [`CPU over ${cpuSeconds} s idle with ${count} pods`, `${round(ticks / cpuSeconds, 2)} % of a core`, "< 1 %"],
      ],
      notes: ["All of AgentPod's own processes: supervisor, server, gateway, PostgreSQL with its children."],
    };
  } finally {
    await destroyAll(installation);
  }
}

interface Figures {
  name: string;
  pssKb: number;
  /** Hundredths of a second of CPU since its start. */
  ticks: number;
}

function processes(installation: Installation): Figures[] {
  const roots = (["supervisor", "server", "gateway", "postgres"] as const).map((name) => ({ name, pid: installation.pid(name) }));
  const parents = new Map(
    readdirSync("/proc")
      .filter((pid) => /^\d+$/.test(pid))
      .map((pid) => [Number(pid), Number(stat(Number(pid))?.[1] ?? 0)]),
  );
  return roots.flatMap(({ name, pid }) => {
    const children = name === "postgres" ? [...parents].filter(([, parent]) => parent === pid).map(([child]) => child) : [];
    return [pid, ...children].map((one) => ({ name, pssKb: pss(one), ticks: Number(stat(one)?.[11] ?? 0) + Number(stat(one)?.[12] ?? 0) }));
  });
}

/** Fields of /proc/<pid>/stat from the state on. */
function stat(pid: number): string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

function pss(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0);
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
