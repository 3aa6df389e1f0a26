import { hashOf } from "./hash.ts";
import { allocatedValue, type Need } from "./plan-allocate.ts";
import type { ProbeSpec, UnitSpec } from "./pod-spec.ts";
import { besidePurpose, portsBeside } from "./ports-beside.ts";
import { proxyAddress } from "./proxy-address.ts";
import { type RenderValues, referencedUnits, renderUnit } from "./render-unit.ts";
import { type Rollout, rolloutOf } from "./rollout.ts";
import type { PodScope, UnitId, UnitRun } from "./runtime.ts";
import type { PodSnapshot } from "./snapshot.ts";
import type { Allocation } from "./store.ts";
import { fixedPart, instanceContent, livePart, secretVersions } from "./unit-content.ts";
import { volumeIdOf } from "./volume-copy.ts";

/** Names, network and user of the pod, from its allocations. */
export function podScope(snapshot: PodSnapshot, allocations: readonly Allocation[]): PodScope {
  const { pod } = snapshot.facts;
  const subnet = allocatedValue(allocations, "subnet", "");
  return {
    pod: pod.id,
    tenant: pod.tenant,
    name: pod.name,
    subnet: subnet === null ? null : snapshot.server.subnetOf(subnet),
    uid: allocatedValue(allocations, "uid", ""),
    egress: pod.spec.egress,
  };
}

/**
 * The revision of a unit: what, when it changes, makes a new instance. Left out is what can change under a running
 * one (probe, dependencies, rollout, grace); put in is what lies outside the unit's own spec but reaches it.
 */
export function unitRevision(snapshot: PodSnapshot, given: UnitSpec, allocations: readonly Allocation[]): string {
  const { pod, secrets } = snapshot.facts;
  const unit = fixedPart(given);
  const { volumes, ...content } = instanceContent(unit);
  const copies = volumes.map(({ name }) => volumeIdOf(pod, unit.name, name, snapshot.observed?.volumes ?? null).volume);
  return hashOf({
    pod: pod.id,
    unit: { ...content, volumes },
    ...(copies.some((copy, i) => copy !== volumes[i]?.name) && { copies }),
    egress: pod.spec.egress,
    restarts: pod.restarts,
    secrets: secretVersions(unit, secrets),
    neighbours: neighbourPorts(snapshot, unit, allocations),
  }).slice(0, 12);
}

/** What, when it changes, a running instance is told; null for a unit of which nothing may change while it runs. */
export function liveRevision(snapshot: PodSnapshot, given: UnitSpec, allocations: readonly Allocation[]): string | null {
  const unit = livePart(given);
  if (unit === null) return null;
  return hashOf({
    env: unit.env,
    secrets: secretVersions(unit, snapshot.facts.secrets),
    neighbours: neighbourPorts(snapshot, unit, allocations),
  }).slice(0, 12);
}

function neighbourPorts(snapshot: PodSnapshot, unit: UnitSpec, allocations: readonly Allocation[]): unknown[] | null {
  return snapshot.server.addressing === "loopback"
    ? referencedUnits(unit).map((name) => [name, portsOf(snapshot, name, "", allocations)])
    : null;
}

/** What a port of a unit is held under: old and new of an overlapping unit hold their own. */
export function portPurpose(unit: string, revision: string, port: string, rollout: Rollout): string {
  return rollout === "overlap" ? `${unit}/${revision}/${port}` : `${unit}/${port}`;
}

/** Every number the pod needs, units that others refer to first: their ports are part of the others' revision. */
export function podNeeds(snapshot: PodSnapshot): Need[] {
  const { pod, routes } = snapshot.facts;
  const ofPod = pod.status.failures["@pod"];
  const attempt = ofPod?.reason === "conflict" ? ofPod.count : 0;
  return [
    { kind: "subnet", purpose: "", attempt },
    { kind: "uid", purpose: "", attempt },
    ...routes.map((route): Need => ({ kind: "public_port", purpose: route.id, attempt: 0 })),
    ...pod.spec.units.filter((unit) => rolloutOf(unit, pod.spec) === "replace").flatMap((unit) => unitNeeds(snapshot, unit, "")),
  ];
}

export function unitNeeds(snapshot: PodSnapshot, unit: UnitSpec, revision: string): Need[] {
  const { pod } = snapshot.facts;
  const failure = pod.status.failures[unit.name];
  const attempt = failure?.reason === "conflict" ? failure.count : 0;
  const rollout = rolloutOf(unit, pod.spec);
  return unit.ports.map((port) => ({
    kind: "port",
    purpose: portPurpose(unit.name, revision, port.name, rollout),
    attempt,
    ...(snapshot.server.addressing === "loopback" && { beside: portsBeside(port) }),
  }));
}

/** A unit as the runtime gets it, final but for its secrets, and its probe with the same placeholders filled. */
export interface ResolvedUnit {
  run: UnitRun;
  probe: ProbeSpec | null;
  live: NonNullable<UnitSpec["live"]> | null;
}

/** Null while a port is not allocated. */
export function resolveUnit(
  snapshot: PodSnapshot,
  unit: UnitSpec,
  revision: string,
  allocations: readonly Allocation[],
): ResolvedUnit | null {
  const { facts, server } = snapshot;
  const { pod } = facts;
  const rollout = rolloutOf(unit, pod.spec);
  const id: UnitId = { pod: pod.id, unit: unit.name, revision };
  const ports = unit.ports.map((port) => {
    const purpose = portPurpose(unit.name, revision, port.name, rollout);
    const held = portsBeside(port).flatMap((distance) => allocatedValue(allocations, "port", besidePurpose(purpose, distance)) ?? []);
    return {
      name: port.name,
      container: port.container,
      host: allocatedValue(allocations, "port", purpose) ?? 0,
      ...(held.length > 0 && { beside: held }),
    };
  });
  if (ports.some((port) => port.host === 0)) return null;

  const volumes = unit.volumes.map((volume) => {
    const volumeId = volumeIdOf(pod, unit.name, volume.name, snapshot.observed?.volumes ?? null);
    return { id: volumeId, name: volume.name, path: server.paths?.volume(volumeId) ?? volume.path };
  });
  const values: RenderValues = {
    units: Object.fromEntries(
      pod.spec.units.map((other) => [other.name, unitAddress(snapshot, other, other.name === unit.name ? revision : "", allocations)]),
    ),
    secrets: null,
    volumes: Object.fromEntries(volumes.map((volume) => [volume.name, volume.path])),
    code: unit.code ? (server.paths?.code(id) ?? unit.code.path) : null,
    listen: server.addressing === "loopback" ? "127.0.0.1" : "0.0.0.0",
    pod: {
      name: pod.name,
      tenant: pod.tenant,
      url: server.urlOf(facts),
      proxy: proxyAddress(server, podScope(snapshot, allocations).subnet),
    },
    llm: { url: server.llmUrlOf(podScope(snapshot, allocations).subnet) },
  };
  const rendered = renderUnit(unit, values);
  const live = liveRevision(snapshot, unit, allocations);
  const run: UnitRun = {
    id,
    scope: podScope(snapshot, allocations),
    hostname: `${pod.name}-${unit.name}`.slice(0, 63).replace(/-+$/, ""),
    alias: rollout === "overlap" ? null : unit.name,
    image: unit.image ?? null,
    build: unit.build ? { ...unit.build, args: { ...server.environment, ...unit.build.args }, target: unit.build.target ?? null } : null,
    code: unit.code ?? null,
    entrypoint: rendered.entrypoint ?? null,
    command: rendered.command ?? null,
    workdir: unit.workdir ?? null,
    env: { ...server.environment, ...rendered.env },
    ports,
    volumes: volumes.map(({ id: volume, path }) => ({ id: volume, path })),
    resources: unit.resources,
    user: unit.user ?? null,
    capabilities: unit.capabilities,
    readOnlyRoot: unit.readOnlyRoot,
    tmpfs: unit.tmpfs,
    stopGraceSeconds: unit.stopGraceSeconds,
    stopSignal: unit.stopSignal ?? null,
    local: rendered.local ?? null,
    ...(live !== null && { live }),
  };
  return { run, probe: rendered.probe ?? null, live: rendered.live ?? null };
}

function unitAddress(
  snapshot: PodSnapshot,
  unit: UnitSpec,
  revision: string,
  allocations: readonly Allocation[],
): RenderValues["units"][string] {
  const loopback = snapshot.server.addressing === "loopback";
  const ports = portsOf(snapshot, unit.name, revision, allocations);
  const first = unit.ports[0];
  return { host: loopback ? "127.0.0.1" : unit.name, ports, firstPort: first ? (ports[first.name] ?? null) : null };
}

/** Port numbers under which a unit listens, as its neighbours and itself see them. */
function portsOf(snapshot: PodSnapshot, name: string, revision: string, allocations: readonly Allocation[]): Record<string, number> {
  const { spec } = snapshot.facts.pod;
  const unit = spec.units.find((u) => u.name === name);
  if (!unit) return {};
  const rollout = rolloutOf(unit, spec);
  return Object.fromEntries(
    unit.ports.map((port) => [
      port.name,
      snapshot.server.addressing === "names"
        ? port.container
        : (allocatedValue(allocations, "port", portPurpose(unit.name, revision, port.name, rollout)) ?? 0),
    ]),
  );
}
