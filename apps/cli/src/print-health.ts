import type { PodHealth } from "@agentpod/core/api/pod-view";
import type { Cli } from "./cli.ts";
import { describeChannel } from "./describe-channel.ts";

/** Health unit by unit. `value` is what JSON shows. */
export function printHealth(
  cli: Cli,
  value: unknown,
  pods: readonly Pick<PodHealth, "tenant" | "name" | "phase" | "message" | "units">[],
): void {
  const rows = pods.flatMap((pod) => {
    const label = `${pod.tenant}/${pod.name}`;
    if (pod.units.length === 0) return [[label, "-", pod.phase, "none", pod.message]];
    // What was last seen of a unit is not what it is: with the runtime away nobody knows.
    if (pod.phase === "unknown") return pod.units.map((unit) => [label, unit.name, "unknown", "unknown", pod.message]);
    const why = pod.phase === "running" ? "" : pod.message;
    return pod.units.flatMap((unit) => [
      [label, unit.name, unit.state, unit.health, unit.message ?? (unit.health === "healthy" ? "" : why)],
      ...(unit.channels ?? []).map((channel) => [label, unit.name, "channel", channel.state, describeChannel(channel)]),
    ]);
  });
  cli.out.table(value, { head: ["POD", "UNIT", "STATE", "HEALTH", "MESSAGE"], rows }, "There are no pods.");
}
