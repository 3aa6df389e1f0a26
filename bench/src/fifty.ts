import { setTimeout as delay } from "node:timers/promises";
import { docker } from "@agentpod/e2e/engine";
import { startDashboard } from "@agentpod/web-tests/dashboard";
import { answers, clientOf } from "./answers.ts";
import { processes, sum } from "./platform-processes.ts";
import { round, type Table } from "./table.ts";

export const title = "50 pods on Docker, and what AgentPod itself takes";

const count = 50;
/** Seconds of idling before memory is read; 300 for the figure that is published. */
const idleSeconds = Number(process.env.BENCH_IDLE_SECONDS ?? "300");
const cpuSeconds = 60;

export async function run(): Promise<Table> {
  const dashboard = await startDashboard("docker");
  const { installation } = dashboard;
  try {
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
    await askPage(dashboard.url);
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
        [
          `sum of PSS, ${idleSeconds} s idle with ${count} pods`,
          `${round(sum(after.map((p) => p.pssKb)) / 1024)} MB`,
          "< 300 MB, < 450 MB with the dashboard",
        ],
        [`CPU over ${cpuSeconds} s idle with ${count} pods`, `${round(ticks / cpuSeconds, 2)} % of a core`, "< 1 %"],
      ],
      notes: [
        "All of AgentPod's own processes: supervisor, server, gateway, terminal host, PostgreSQL with its children, also those that ended meanwhile.",
        "The dashboard is included: it is files that the server gives out, and every one of them was asked for before.",
      ],
    };
  } finally {
    await dashboard.destroy();
  }
}

/** The dashboard's page and all that it names. */
async function askPage(url: string): Promise<void> {
  const page = await (await fetch(url, { headers: { accept: "text/html" } })).text();
  const paths = [...new Set(page.match(/\/_next\/static\/[\w./-]+\.\w+/g))];
  if (paths.length === 0) throw new Error("the dashboard's page names no scripts");
  for (const path of paths) await (await fetch(new URL(path, url))).arrayBuffer();
}
