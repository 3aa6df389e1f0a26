import type { AdoptedUnit } from "@agentpod/core/adopt";
import type { PodScope, UnitId } from "@agentpod/core/runtime";
import type { ContainerSummary } from "./container-summary.ts";
import type { Engine } from "./engine.ts";
import { containerName, label, scopeLabels } from "./names.ts";

/** Those of an installation that were taken over, as its database tells. */
export interface Adopted {
  list(): Promise<readonly AdoptedUnit[]>;
  /** Pod of a container that was taken over, as last listed; undefined for any other. */
  podOf(container: string): string | undefined;
}

/** `ask` is called for each list, or shared by those of one moment: another control plane may have taken one over since. */
export function adoptedOf(ask: (() => Promise<readonly AdoptedUnit[]>) | undefined): Adopted {
  let pods = new Map<string, string>();
  let asking: Promise<readonly AdoptedUnit[]> | null = null;
  const look = async (): Promise<readonly AdoptedUnit[]> => {
    const units = (await ask?.()) ?? [];
    pods = new Map(units.map((unit) => [unit.containerId, unit.id.pod]));
    return units;
  };
  return {
    list() {
      asking ??= look().finally(() => {
        asking = null;
      });
      return asking;
    },
    podOf: (container) => pods.get(container),
  };
}

/** What names and labels of an adopted unit's pod hang on. */
export function scopeOf(unit: AdoptedUnit): PodScope {
  return { pod: unit.id.pod, tenant: unit.tenant, name: unit.name, subnet: null, uid: null, egress: "open" };
}

/** Containers that were taken over and are still there, with the labels that they would have were they made by us. */
export async function listAdopted(
  engine: Engine,
  installation: string,
  adopted: Adopted,
  pods: readonly string[] | null,
  id?: UnitId,
): Promise<ContainerSummary[]> {
  const units = (await adopted.list()).filter((unit) => (pods === null || pods.includes(unit.id.pod)) && (!id || isOf(unit, id)));
  if (units.length === 0) return [];
  const filters = JSON.stringify({ id: units.map((unit) => unit.containerId) });
  const found = await engine.call<ContainerSummary[]>("GET", "/containers/json", { query: { all: true, filters } });
  return found.flatMap((summary) => {
    const unit = units.find((one) => one.containerId === summary.Id);
    return unit ? [labelled(installation, unit, summary)] : [];
  });
}

const isOf = ({ id }: AdoptedUnit, { unit, revision }: UnitId): boolean => id.unit === unit && id.revision === revision;

/**
 * All of its taking over is done once it has our name, which it gets last. It stays on its own networks alone: another would sort
 * first, be its way out, and break off whatever it is connected to.
 */
function labelled(installation: string, unit: AdoptedUnit, summary: ContainerSummary): ContainerSummary {
  const scope = scopeOf(unit);
  const isNamed = summary.Names?.includes(`/${containerName(installation, scope, unit.id)}`) ?? false;
  const ports = unit.ports.map(({ name, container }) => [name, [container, publishedOnLoopback(summary, container)]]);
  return {
    ...summary,
    adoption: isNamed ? "taken" : "pending",
    Labels: {
      ...scopeLabels(installation, scope),
      [label.unit]: unit.id.unit,
      [label.revision]: unit.id.revision,
      [label.network]: ownNetwork(summary),
      [label.ports]: JSON.stringify(Object.fromEntries(ports)),
    },
  };
}

/** The network that it is reached on; empty while it is on none. */
function ownNetwork({ HostConfig, NetworkSettings }: ContainerSummary): string {
  const all = Object.entries(NetworkSettings?.Networks ?? {}).filter(([, { IPAddress }]) => IPAddress);
  const started = HostConfig?.NetworkMode === "default" ? "bridge" : HostConfig?.NetworkMode;
  return (all.find(([name]) => name === started) ?? all[0])?.[0] ?? "";
}

/** 0: nowhere. */
function publishedOnLoopback({ Ports = [] }: ContainerSummary, container: number): number {
  const open = Ports.find(
    (port) => port.PrivatePort === container && port.Type === "tcp" && ["0.0.0.0", "127.0.0.1"].includes(port.IP ?? ""),
  );
  return open?.PublicPort ?? 0;
}
