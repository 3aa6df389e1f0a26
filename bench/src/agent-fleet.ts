import { totalmem } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "@agentpod/client/create-client";
import { makeInstallation } from "@agentpod/e2e/installation";
import { type Client, clientOf } from "./answers.ts";
import { processes, sum } from "./platform-processes.ts";
import { putToSleep } from "./put-to-sleep.ts";
import { median, quantile, round, type Table } from "./table.ts";

export const title = "50 real agents of 100 tenants: a reconcile pass, a tenant's list, and AgentPod idle";

const tenants = 100;
const agents = 50;
/** So many are awake at once as half of the machine's memory holds by their limits; the others hibernate. */
const awake = Math.min(agents, Number(process.env.BENCH_AWAKE ?? Math.floor(totalmem() / 2 / (640 * 1024 * 1024))));
/** So many are made at once. */
const atOnce = 3;
const restMs = Number(process.env.BENCH_REST_SECONDS ?? "120") * 1000;
const idleSeconds = 60;
const passes = 20;
const lists = 500;

export async function run(): Promise<Table> {
  const ca = process.env.NODE_EXTRA_CA_CERTS;
  const installation = await makeInstallation("docker", ca === undefined ? {} : { AGENTPOD_EXTRA_CA: ca });
  try {
    await installation.start();
    const client = clientOf(installation);
    const names = Array.from({ length: tenants }, (_, i) => `customer-${i}`);
    for (const name of names) await client.tenants.create({ name });
    const owners = names.slice(0, agents);
    const from = performance.now();
    const waiting = [...owners.entries()];
    const makeAll = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [i, tenant] = next;
        await client.pods.create(tenant, { name: "agent", template: "hello-agent", inputs: { hibernateAfterSeconds: 86_400 } });
        await reaches(client, tenant, "running");
        if (i < awake) continue;
        await putToSleep(client, tenant, "agent");
        await reaches(client, tenant, "sleeping");
      }
    };
    await Promise.all(Array.from({ length: atOnce }, makeAll));
    const made = (performance.now() - from) / 1000;
    await delay(restMs);

    const passed = await timesOf(passes, async () => void (await client.reconcile(false)));
    const { secret } = await client.tokens.create({ name: "bench", tenant: "customer-0", role: "viewer" });
    const viewer = createClient({ baseUrl: `http://127.0.0.1:${installation.port}`, token: secret });
    const listed = await timesOf(lists, async () => {
      const pods = await viewer.pods.list();
      if (pods.length !== 1) throw new Error(`the viewer of one tenant sees ${pods.length} pods`);
    });
    await viewer.close();
    const before = processes(installation);
    await delay(idleSeconds * 1000);
    const after = processes(installation);
    const ticks = sum(after.map((one) => one.ticks)) - sum(before.map((one) => one.ticks));
    const row = (what: string, values: number[], target: string) => [
      what,
      `${round(median(values), 1)} ms, p95 ${round(quantile(values, 0.95), 1)} ms`,
      target,
    ];
    return {
      columns: ["what", "figure", "target"],
      rows: [
        [`agents made, ${atOnce} at once, ${agents - awake} of them put to sleep`, `${round(made / agents, 1)} s each`, ""],
        row(`\`agentpod reconcile\` with nothing to do, asked over HTTP`, passed, "< 100 ms"),
        row(`list of one of ${tenants} tenants, asked over HTTP`, listed, "< 10 ms"),
        [`CPU over ${idleSeconds} s idle`, `${round(ticks / idleSeconds, 2)} % of a core`, "< 2 %"],
        ["sum of PSS", `${round(sum(after.map((one) => one.pssKb)) / 1024)} MB`, "< 300 MB"],
      ],
      notes: [
        `${awake} agents awake, ${agents - awake} hibernating, each in a tenant of its own, on Docker; ${restMs / 1000} s after the last came. The image was built once, with the first.`,
      ],
    };
  } finally {
    await installation.destroy();
  }
}

async function timesOf(times: number, work: () => Promise<void>): Promise<number[]> {
  const taken: number[] = [];
  for (let n = -5; n < times; n++) {
    const from = performance.now();
    await work();
    if (n >= 0) taken.push(performance.now() - from);
  }
  return taken;
}

async function reaches(client: Client, tenant: string, phase: string): Promise<void> {
  for (const since = performance.now(); performance.now() - since < 1_200_000; await delay(250)) {
    const pod = await client.pods.get(tenant, "agent");
    if (pod.phase === phase && pod.observedGeneration === pod.generation) return;
  }
  throw new Error(`the agent of ${tenant} did not come to be ${phase}`);
}
