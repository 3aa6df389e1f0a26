import type { Observed, ObservedUnit, UnitId, VolumeId } from "@agentpod/core/runtime";
import { type Adopted, listAdopted } from "./adopted.ts";
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

/** Containers of units, whatever their state; those that were taken over too. */
export async function listContainers(
  engine: Engine,
  installation: string,
  adopted: Adopted,
  pods: readonly string[] | null,
  unit?: UnitId,
): Promise<ContainerSummary[]> {
  const more = unit && { [label.unit]: unit.unit, [label.revision]: unit.revision };
  const query = { all: true, filters: listFilters(installation, pods, more) };
  const [found, foreign] = await Promise.all([
    engine.call<ContainerSummary[]>("GET", "/containers/json", { query }),
    listAdopted(engine, installation, adopted, pods, unit),
  ]);
  return [...found.filter(({ Labels }) => Labels[label.unit] !== undefined && isAsked(Labels, pods)), ...foreign];
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
  adopted: Adopted,
  pods: readonly string[] | null,
  reach: Reach,
  facts: RunFactsCache,
): Promise<Observed> {
  if (pods?.length === 0) return { units: [], pods: [], volumes: [] };
  const [containers, networks, volumes, brought] = await Promise.all([
    listContainers(engine, installation, adopted, pods),
    listNetworks(engine, installation, pods),
    listVolumes(engine, installation, pods),
    broughtVolumes(engine, adopted, pods),
  ]);
  if (pods === null) facts.keepOnly(new Set(containers.map((one) => one.Id)));
  const units = await bounded(containers, 8, async (summary): Promise<ObservedUnit | null> => {
    const known = await facts.of(engine, summary);
    if (!known) return null;
    const endpoints = known.state === "running" ? endpointsOf(summary, reach) : {};
    const { adoption } = summary;
    const live = summary.Labels[label.live];
    const found = { ...(adoption && { adoption }), ...(live !== undefined && { live }) };
    return { id: unitIdOf(summary.Labels), containerId: summary.Id, pid: null, endpoints, ...known, ...found };
  });
  return {
    units: units.filter((unit) => unit !== null),
    pods: [...new Set(networks.map(({ Labels }) => Labels?.[label.pod] ?? ""))],
    volumes: [...volumes.map(({ Labels }) => volumeIdOf(Labels ?? {})), ...brought],
  };
}

/** Volumes that containers brought along when they were taken over, by the engine's own names. */
async function broughtVolumes(engine: Engine, adopted: Adopted, pods: readonly string[] | null): Promise<VolumeId[]> {
  const units = (await adopted.list()).filter(({ id, volumes }) => volumes.length > 0 && (pods === null || pods.includes(id.pod)));
  if (units.length === 0) return [];
  const { Volumes } = await engine.call<{ Volumes: Labelled[] | null }>("GET", "/volumes");
  const there = new Set((Volumes ?? []).map(({ Name }) => Name));
  return units.flatMap(({ id, volumes }) =>
    volumes.filter((name) => there.has(name)).map((volume) => ({ pod: id.pod, unit: id.unit, volume })),
  );
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
