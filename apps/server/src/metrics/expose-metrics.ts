import type { MetricPoint } from "@agentpod/core/metric";
import { type Exposed, exposition } from "@agentpod/core/metric-exposition";
import type { Store } from "@agentpod/core/store";

const figures = [
  ["cpu_cores", "Cores in use", "cpuCores"],
  ["memory_bytes", "Memory in use", "memoryBytes"],
  ["memory_limit_bytes", "Memory that may be used", "memoryLimitBytes"],
  ["network_receive_bytes_per_second", "Bytes received per second", "networkInBytes"],
  ["network_transmit_bytes_per_second", "Bytes sent per second", "networkOutBytes"],
  ["disk_read_bytes_per_second", "Bytes read from disk per second", "diskReadBytes"],
  ["disk_write_bytes_per_second", "Bytes written to disk per second", "diskWriteBytes"],
] as const;

/** Prometheus' text of what was last measured, and of what is so: pods with tenant and name, the machine, AgentPod itself. */
export async function exposeMetrics(store: Store, now: Date): Promise<string> {
  const pods = await store.pods.list({});
  const latest = new Map((await store.metrics.latest(now)).map((point) => [point.subject, point]));
  const ofPods = (value: (point: MetricPoint) => number | null) =>
    pods.flatMap(({ id, tenant, name }) => {
      const point = latest.get(id);
      return point === undefined ? [] : [{ labels: { tenant, pod: name }, value: value(point) }];
    });
  const of = (subject: "machine" | "agentpod", name: string, help: string, value: (point: MetricPoint) => number | null): Exposed => {
    const point = latest.get(subject);
    return { name: `agentpod_${name}`, help, type: "gauge", values: point === undefined ? [] : [{ labels: {}, value: value(point) }] };
  };
  return exposition([
    ...figures.map(
      ([name, help, key]): Exposed => ({ name: `agentpod_pod_${name}`, help, type: "gauge", values: ofPods((point) => point[key]) }),
    ),
    {
      name: "agentpod_pod_connections",
      help: "Exchanges and WebSockets open at the gateway",
      type: "gauge",
      values: ofPods((p) => p.connections),
    },
    {
      name: "agentpod_pod_phase",
      help: "1 for the phase that a pod is in",
      type: "gauge",
      values: pods.map(({ tenant, name, status }) => ({ labels: { tenant, pod: name, phase: status.phase }, value: 1 })),
    },
    {
      name: "agentpod_unit_restarts",
      help: "Starts of a unit after the first, since its revision was made",
      type: "gauge",
      values: pods.flatMap(({ tenant, name, status }) =>
        status.units.map((unit) => ({ labels: { tenant, pod: name, unit: unit.name }, value: unit.restarts })),
      ),
    },
    of("machine", "machine_cpu_cores", "Cores in use on the machine", (p) => p.cpuCores),
    of("machine", "machine_memory_bytes", "Memory in use on the machine", (p) => p.memoryBytes),
    of("machine", "machine_memory_total_bytes", "Memory of the machine", (p) => p.memoryLimitBytes),
    of("machine", "machine_disk_used_bytes", "Disk in use where the home lies", (p) => p.diskUsedBytes),
    of("machine", "machine_disk_total_bytes", "Size of the disk where the home lies", (p) => p.diskTotalBytes),
    of("agentpod", "own_cpu_cores", "Cores that AgentPod itself uses", (p) => p.cpuCores),
    of("agentpod", "own_memory_bytes", "Memory that AgentPod itself uses", (p) => p.memoryBytes),
  ]);
}
