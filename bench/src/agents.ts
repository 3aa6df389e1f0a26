import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { PodView } from "@agentpod/core/api/pod-view";
import { docker } from "@agentpod/e2e/engine";
import { makeInstallation } from "@agentpod/e2e/installation";
import { answers, type Client, clientOf } from "./answers.ts";
import { putToSleep } from "./put-to-sleep.ts";
import { agentToken, healthAnswers, partsOf, runRaw } from "./raw-agent.ts";
import { median, quantile, round, type Table } from "./table.ts";

export const title = "Create, recovery and waking of a real agent beside raw `docker run`";

/** One more warms caches on both sides. */
const rounds = Number(process.env.BENCH_ROUNDS ?? "7");

export async function run(): Promise<Table> {
  const ca = process.env.NODE_EXTRA_CA_CERTS;
  const installation = await makeInstallation("docker", ca === undefined ? {} : { AGENTPOD_EXTRA_CA: ca });
  const folder = await mkdtemp(join(tmpdir(), "agentpod-bench-"));
  const raw: number[] = [];
  const created: number[] = [];
  const recovered: number[] = [];
  const woken: number[] = [];
  try {
    await installation.start();
    const client = clientOf(installation);
    await client.tenants.create({ name: "acme" });
    const front = installation.port;
    const inputs = { gatewayToken: agentToken, hibernateAfterSeconds: 3600 };
    const host = (name: string) => `${name}-acme.localhost:${front}`;
    const create = (name: string) => client.pods.create("acme", { name, template: "hello-agent", inputs });
    const isWell = (name: string) => healthAnswers(front, { host: host(name) });
    // Its image is built here, before anything is measured; its container keeps it.
    await create("first");
    const first = await reaches(client, "first", "running");
    const parts = partsOf(first.units[0]?.containerId ?? "", folder);
    await client.pods.stop("acme", "first");
    await reaches(client, "first", "stopped");
    for (let i = 0; i <= rounds; i++) {
      const from = performance.now();
      const agent = await runRaw(parts);
      await healthAnswers(agent.port);
      const rawMs = performance.now() - from;
      agent.remove();

      const name = `agent-${i}`;
      const asked = performance.now();
      await create(name);
      await isWell(name);
      const createdMs = performance.now() - asked;
      const before = (await reaches(client, name, "running")).units[0];

      const killed = performance.now();
      docker("kill", before?.containerId ?? "");
      await isNoticed(client, name, before?.runId ?? null);
      await isWell(name);
      const recoveredMs = performance.now() - killed;
      await reaches(client, name, "running");

      await putToSleep(client, "acme", name);
      await reaches(client, name, "sleeping");
      const visited = performance.now();
      await answers(`http://127.0.0.1:${front}/`, host(name));
      await isWell(name);
      const wokenMs = performance.now() - visited;
      await client.pods.delete("acme", name);
      if (i === 0) continue;
      raw.push(rawMs);
      created.push(createdMs);
      recovered.push(recoveredMs);
      woken.push(wokenMs);
    }
  } finally {
    await installation.destroy();
    await rm(folder, { recursive: true, force: true });
  }
  const base = median(raw);
  const row = (name: string, values: number[]) => [
    name,
    round(median(values)),
    round(quantile(values, 0.95)),
    round(median(values) / base, 2),
    round(median(values) - base),
  ];
  return {
    columns: ["what, until `health` was answered on a WebSocket", "median ms", "p95 ms", "median / raw median", "median - raw median, ms"],
    rows: [
      row("raw docker run", raw),
      row("pod create, through the gateway", created),
      row("docker kill, through the gateway", recovered),
      row("a visit to one that hibernates, through the gateway", woken),
    ],
    notes: [
      `${rounds} alternating rounds after one to warm up; the same image, program, limits and an empty volume; one agent at a time. Without a channel.`,
      "Targets: create ≤ 1.15 × raw; recovery ≤ raw + 1000 ms.",
    ],
  };
}

async function reaches(client: Client, name: string, phase: string): Promise<PodView> {
  for (const since = performance.now(); performance.now() - since < 1_200_000; await delay(100)) {
    const pod = await client.pods.get("acme", name);
    if (pod.phase === phase && pod.observedGeneration === pod.generation) return pod;
  }
  throw new Error(`${name} did not come to be ${phase}`);
}

/** The kill must have been noticed before an answer counts. */
async function isNoticed(client: Client, name: string, runId: string | null): Promise<void> {
  for (let tries = 0; tries < 6000; tries++) {
    const [unit] = (await client.pods.get("acme", name)).units;
    if (unit?.state !== "running" || unit.runId !== runId) return;
    await delay(5);
  }
  throw new Error(`the kill of ${name} was not noticed`);
}
