import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { PodView } from "@agentpod/core/api/pod-view";
import { docker } from "@agentpod/e2e/engine";
import { makeInstallation, root } from "@agentpod/e2e/installation";
import { freePort } from "@agentpod/host/free-port";
import { answers, type Client, clientOf } from "./answers.ts";
import { median, quantile, round, type Table } from "./table.ts";

export const title = "Create and recovery of a pod beside raw `docker run`";

const rounds = 10;

/** Milliseconds from a raw `docker run` of what the hello template runs, with the same limits, to its first 200. */
async function rawRun(): Promise<number> {
  const port = await freePort();
  const name = `agentpod-bench-${randomUUID().slice(0, 8)}`;
  const env = ["HOST=0.0.0.0", "PORT=8080", "GREETING=Hello", "POD=raw", "URL=raw"].flatMap((pair) => ["-e", pair]);
  const limits = ["--memory", "96m", "--cpus", "1", "--pids-limit", "64", "--user", "node", "--init"];
  const program = ["node", "--max-semi-space-size=1", "--max-old-space-size=48", "/app/main.mjs"];
  const from = performance.now();
  try {
    docker(
      "run",
      "-d",
      "--name",
      name,
      "-p",
      `127.0.0.1:${port}:8080`,
      ...limits,
      ...env,
      "-v",
      `${root}/templates/hello/app:/app:ro`,
      "node:24-bookworm-slim",
      ...program,
    );
    await answers(`http://127.0.0.1:${port}/`, "localhost");
    return performance.now() - from;
  } finally {
    docker("rm", "-f", name);
  }
}

export async function run(): Promise<Table> {
  const installation = await makeInstallation("docker");
  const raw: number[] = [];
  const created: number[] = [];
  const recovered: number[] = [];
  try {
    await installation.start();
    const client = clientOf(installation);
    await client.tenants.create({ name: "acme" });
    const front = `http://127.0.0.1:${installation.port}/`;
    for (let i = 0; i <= rounds; i++) {
      const rawMs = await rawRun();
      const from = performance.now();
      await client.pods.create("acme", { name: `web-${i}`, template: "hello" });
      await answers(front, `web-${i}-acme.localhost`);
      const createdMs = performance.now() - from;
      const before = await unitOf(client, `web-${i}`);
      const killed = performance.now();
      docker("kill", before.containerId as string);
      await isNoticed(client, `web-${i}`, before.runId);
      await answers(front, `web-${i}-acme.localhost`);
      // The first round warms caches on both sides.
      if (i === 0) continue;
      raw.push(rawMs);
      created.push(createdMs);
      recovered.push(performance.now() - killed);
    }
  } finally {
    await installation.destroy();
  }
  const base = median(raw);
  const row = (name: string, values: number[]) => [
    name,
    round(median(values)),
    round(quantile(values, 0.95)),
    round(median(values) / base, 2),
    round(quantile(values, 0.95) / base, 2),
  ];
  return {
    columns: ["what", "median ms", "p95 ms", "median / raw median", "p95 / raw median"],
    rows: [
      row("raw docker run → 200", raw),
      row("pod create → 200 through the gateway", created),
      row("docker kill → 200 again through the gateway", recovered),
    ],
    notes: [
      `${rounds} alternating rounds after one to warm up; same image, program and limits.`,
      "Targets: create ≤ 1.5 (aim 1.2), p95 of recovery ≤ 2.",
    ],
  };
}

async function unitOf(client: Client, name: string): Promise<PodView["units"][number]> {
  const [unit] = (await client.pods.get("acme", name)).units;
  if (!unit) throw new Error(`${name} has no unit`);
  return unit;
}

/** The kill must have been noticed before an answer counts: until then the gateway may still hold an old connection. */
async function isNoticed(client: Client, name: string, runId: string | null): Promise<void> {
  for (let tries = 0; tries < 6000; tries++) {
    const now = await unitOf(client, name);
    if (now.state !== "running" || now.runId !== runId) return;
    await delay(5);
  }
  throw new Error(`the kill of ${name} was not noticed`);
}
