import type { Observed, ObservedUnit, UnitId, VolumeId } from "@agentpod/core/runtime";
import { bounded } from "./bounded.ts";
import type { ContainerSummary } from "./container-summary.ts";
import { endpointsOf } from "./endpoints.ts";
import type { Engine } from "./engine.ts";
import { label } from "./names.ts";
import type { RunFactsCache } from "./run-facts.ts";

export interface Reach {
  publish: boolean;
  local: boolean;
}

/** `filters` of the engine's list calls: our installation's objects alone, and one pod's when only one is asked for. */
export function listFilters(installation: string, pods: readonly string[] | null, more: Record<string, string> = {}): string {
  const labels = { [label.installation]: installation, ...(pods?.length === 1 && { [label.pod]: pods[0] }), ...more };
  return JSON.stringify({ label: Object.entries(labels).map(([key, value]) => `${key}=${value}`) });
}

/** Containers of units, whatever their state. */
export async function listContainers(
  engine: Engine,
  installation: string,
  pods: readonly string[] | null,
  unit?: UnitId,
): Promise<ContainerSummary[]> {
  const more = unit && { [label.unit]: unit.unit, [label.revision]: unit.revision };
  const query = { all: true, filters: listFilters(installation, pods, more) };
  const found = await engine.call<ContainerSummary[]>("GET", "/containers/json", { query });
  return found.filter(({ Labels }) => Labels[label.unit] !== undefined && isAsked(Labels, pods));
}

interface Labelled {
  Name: string;
  Labels: Record<string, string> | null;
}

export async function listNetworks(engine: Engine, installation: string, pods: readonly string[] | null): Promise<Labelled[]> {
  const found = await engine.call<Labelled[]>("GET", "/networks", { query: { filters: listFilters(installation, pods) } });
  return found.filter(({ Labels }) => isAsked(Labels ?? {}, pods));
}

export async function listVolumes(
  engine: Engine,
  installation: string,
  pods: readonly string[] | null,
  more: Record<string, string> = {},
): Promise<Labelled[]> {
  const { Volumes } = await engine.call<{ Volumes: Labelled[] | null }>("GET", "/volumes", {
    query: { filters: listFilters(installation, pods, more) },
  });
  return (Volumes ?? []).filter(({ Labels }) => Labels?.[label.volume] !== undefined && isAsked(Labels, pods));
}

/** Three list calls however many pods there are; an inspection only where the list leaves something open. */
export async function observeEngine(
  engine: Engine,
  installation: string,
  pods: readonly string[] | null,
  reach: Reach,
  facts: RunFactsCache,
): Promise<Observed> {
  if (pods?.length === 0) return { units: [], pods: [], volumes: [] };
  const [containers, networks, volumes] = await Promise.all([
    listContainers(engine, installation, pods),
    listNetworks(engine, installation, pods),
    listVolumes(engine, installation, pods),
  ]);
  if (pods === null) facts.keepOnly(new Set(containers.map((one) => one.Id)));
  const units = await bounded(containers, 8, async (summary): Promise<ObservedUnit | null> => {
    const known = await facts.of(engine, summary);
    if (!known) return null;
    const endpoints = known.state === "running" ? endpointsOf(summary, reach) : {};
    return { id: unitIdOf(summary.Labels), containerId: summary.Id, pid: null, endpoints, ...known };
  });
  return {
    units: units.filter((unit) => unit !== null),
    pods: [...new Set(networks.map(({ Labels }) => Labels?.[label.pod] ?? ""))],
    volumes: volumes.map(({ Labels }) => volumeIdOf(Labels ?? {})),
  };
}

export function unitIdOf(labels: Record<string, string>): UnitId {
  return { pod: labels[label.pod] ?? "", unit: labels[label.unit] ?? "", revision: labels[label.revision] ?? "" };
}

function volumeIdOf(labels: Record<string, string>): VolumeId {
  return { pod: labels[label.pod] ?? "", unit: labels[label.unit] ?? "", volume: labels[label.volume] ?? "" };
}

function isAsked(labels: Record<string, string>, pods: readonly string[] | null): boolean {
  return pods === null || pods.includes(labels[label.pod] ?? "");
}
