import type { PodView } from "@agentpod/core/api/pod-view";
import { describeChannel } from "./describe-channel.ts";
import { printable } from "./format-values.ts";
import { plainTable } from "./render-table.ts";

/** A pod in words: how it does, where it answers, its units, and what is the matter. */
export function describePod(pod: PodView): string {
  // "is running: Running." says one thing twice.
  const why = pod.message.toLowerCase() === `${pod.phase}.` ? "." : `: ${pod.message}`;
  const lines = [`Pod ${pod.tenant}/${pod.name} is ${pod.phase}${why}`];
  for (const address of pod.addresses) lines.push(`  ${address}`);
  if (pod.units.length > 0) {
    const rows = pod.units.map((unit) => [unit.name, unit.state, unit.health, identity(unit), String(unit.restarts), unit.message ?? ""]);
    lines.push("", plainTable({ head: ["UNIT", "STATE", "HEALTH", "RUNS AS", "RESTARTS", "MESSAGE"], rows }));
  }
  if (pod.adopted) lines.push("", ...describeAdoption(pod, pod.adopted));
  const channels = pod.units.flatMap((unit) => unit.channels ?? []);
  if (channels.length > 0) lines.push("", ...channels.map(describeChannel));
  // What is as it should be says nothing.
  const matters = pod.conditions.filter((c) => c.fault !== null || (c.type === "LimitsEnforced" && c.status === "false"));
  if (matters.length > 0) lines.push("", ...matters.map((condition) => `${condition.type}: ${condition.message}`));
  return printable(lines.join("\n"));
}

function describeAdoption({ conditions }: PodView, { container, volumes, folders }: NonNullable<PodView["adopted"]>): string[] {
  const said = conditions.find((condition) => condition.type === "Adopted")?.message ?? `Adopted from container ${container}.`;
  const brought = [...volumes.map((name) => `volume ${name}`), ...folders.map((folder) => `folder ${folder}`)];
  return [said, ...(brought.length > 0 ? [`It brought along: ${brought.join(", ")}.`] : [])];
}

function identity(unit: PodView["units"][number]): string {
  if (unit.containerId !== null) return `container ${unit.containerId.slice(0, 12)}`;
  return unit.pid === null ? "-" : `pid ${unit.pid}`;
}
