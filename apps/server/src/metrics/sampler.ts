import { setTimeout as delay } from "node:timers/promises";
import { type MetricSample, type MetricValues, metricTiers, ratesBetween } from "@agentpod/core/metric";
import type { Gateway } from "@agentpod/core/route-table";
import type { Runtime } from "@agentpod/core/runtime";
import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import { PodUsage } from "./pod-usage.ts";
import { readMachine, readProcesses } from "./read-machine.ts";

export interface SamplerDeps {
  database: Database;
  runtime: Pick<Runtime, "stats">;
  gateway: Pick<Gateway, "observe">;
  /** Where the home lies, for its disk. */
  home: string;
  /** Process ids of AgentPod itself; those of children are found. */
  ownPids(): Promise<readonly number[]>;
  clock(): Date;
  log: Log;
}

/** Measures pods, machine and AgentPod itself. Every control plane runs one; of a step the first sample counts. */
export interface Sampler {
  /** One sample of everything, and what is due of the roll-ups. */
  sample(): Promise<void>;
  stop(): Promise<void>;
}

const stepMs = metricTiers[0].seconds * 1000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

const unknown: MetricValues = {
  cpuCores: null,
  cpuCoresMax: null,
  memoryBytes: null,
  memoryBytesMax: null,
  memoryLimitBytes: null,
  networkInBytes: null,
  networkOutBytes: null,
  diskReadBytes: null,
  diskWriteBytes: null,
  diskUsedBytes: null,
  diskTotalBytes: null,
  connections: null,
};

export function startSampler(deps: SamplerDeps): Sampler {
  const { database, clock, log } = deps;
  const abort = new AbortController();
  const { signal } = abort;
  const takeAll = sampleTaker(deps);
  let rolledUpTo: Date | null = null;
  let prunedAt = Number.NEGATIVE_INFINITY;

  async function sample(): Promise<void> {
    const now = clock();
    const samples = await takeAll(now);
    await database.asSystem((store) => store.metrics.write(samples, now));
    rolledUpTo ??= (await database.asSystem((store) => store.metrics.rolledUpTo())) ?? now;
    if (Math.floor(now.getTime() / minuteMs) > Math.floor(rolledUpTo.getTime() / minuteMs)) {
      const before = rolledUpTo;
      await database.asSystem((store) => store.metrics.rollUp(before, now));
      rolledUpTo = now;
    }
    if (now.getTime() - prunedAt < dayMs) return;
    prunedAt = now.getTime();
    await database.asSystem((store) => store.metrics.prune(now));
  }

  const loop = (async () => {
    while (!signal.aborted) {
      await sample().catch((error) => {
        if (!signal.aborted) log.warn({ err: error }, "nothing could be measured; the next sample is due");
      });
      // In the middle of each step, so that none is missed or doubled by a timer's few milliseconds.
      const now = clock().getTime();
      await delay(stepMs - ((now + stepMs / 2) % stepMs), undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    sample,
    async stop() {
      abort.abort();
      await loop;
    },
  };
}

function sampleTaker({ database, runtime, gateway, home, ownPids }: SamplerDeps): (now: Date) => Promise<MetricSample[]> {
  const podUsage = new PodUsage();
  let lastMachine: Parameters<typeof ratesBetween>[0] = null;
  let lastOwn: { at: number; cpuSeconds: number } | null = null;

  async function samplePods(now: number): Promise<MetricSample[]> {
    const [pods, load] = await Promise.all([
      database.asSystem((store) => store.pods.list({})),
      gateway.observe().then(
        (seen) => seen.load,
        () => null,
      ),
    ]);
    const open = new Map<string, number>();
    for (const [upstream, { requests, upgraded }] of Object.entries(load ?? {})) {
      const id = upstream.split("/")[0] ?? "";
      open.set(id, (open.get(id) ?? 0) + requests + upgraded);
    }
    const usages = await podUsage.read(pods, runtime, now);
    return pods.flatMap(({ id, tenantId }) => {
      const usage = usages.get(id);
      if (usage === undefined) return [];
      const connections = load === null ? null : (open.get(id) ?? 0);
      return [{ subject: id, tenantId, values: highest({ ...unknown, ...usage, connections }) }];
    });
  }

  async function sampleMachine(at: number): Promise<MetricSample> {
    const { counters, memoryTotalBytes, ...seen } = await readMachine(home);
    const rates = ratesBetween(lastMachine, { at, counters });
    lastMachine = { at, counters };
    const rated = { cpuCores: rates.cpuSeconds, networkInBytes: rates.networkIn, networkOutBytes: rates.networkOut };
    return { subject: "machine", tenantId: null, values: highest({ ...unknown, ...seen, ...rated, memoryLimitBytes: memoryTotalBytes }) };
  }

  async function sampleOwn(at: number): Promise<MetricSample> {
    const { cpuSeconds, memoryBytes } = readProcesses(await ownPids());
    const grown = lastOwn === null ? -1 : cpuSeconds - lastOwn.cpuSeconds;
    // Less than before: a process has ended.
    const cpuCores = lastOwn === null || grown < 0 || at <= lastOwn.at ? null : grown / ((at - lastOwn.at) / 1000);
    lastOwn = { at, cpuSeconds };
    return { subject: "agentpod", tenantId: null, values: highest({ ...unknown, cpuCores, memoryBytes }) };
  }

  return async (now) => {
    const at = now.getTime();
    return [...(await samplePods(at)), await sampleMachine(at), await sampleOwn(at)];
  };
}

/** Of one sample the highest is itself. */
const highest = (values: MetricValues): MetricValues => ({ ...values, cpuCoresMax: values.cpuCores, memoryBytesMax: values.memoryBytes });
