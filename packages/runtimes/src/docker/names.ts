import { hashOf } from "@agentpod/core/hash";
import type { PodScope, UnitId, VolumeId } from "@agentpod/core/runtime";

/**
 * Names of what the driver makes on an engine. All are deterministic; each holds a tag of installation and pod, so that
 * pods whose names run together (`a-b` of `c`, `b` of `c-a`), or of two installations, never share one.
 */
/** What the container with the front door is called on the networks of pods, where AgentPod runs in containers itself. */
export const doorAlias = "agentpod-door";

/** Label of that container. */
export const doorLabel = "agentpod.door";

export const label = {
  installation: "agentpod.installation",
  pod: "agentpod.pod",
  tenant: "agentpod.tenant",
  name: "agentpod.name",
  unit: "agentpod.unit",
  revision: "agentpod.revision",
  volume: "agentpod.volume",
  /** JSON: port name → [container port, host port]. */
  ports: "agentpod.ports",
  /** Hash of all but the environment the container was created with. */
  body: "agentpod.body",
  /** Hash of what of its environment may change while it runs, as it was created with. */
  live: "agentpod.live",
  network: "agentpod.network",
  egress: "agentpod.egress",
  /** On an image that pods have together, and on its layers. */
  shared: "agentpod.shared",
  /** On AgentPod's own containers, where it runs in some: these join pods' networks. */
  attach: "agentpod.attach",
} as const;

let known: { installation: string; tag: string } | null = null;

/** Of one installation there are few, and each probe asks for it: the last is remembered. */
export function installationTag(installation: string): string {
  if (known?.installation !== installation) known = { installation, tag: hashOf(["installation", installation]).slice(0, 8) };
  return known.tag;
}

export const podTag = (installation: string, pod: string): string => hashOf(["pod", installation, pod]).slice(0, 8);

/** `agentpod-<tenant>-<pod>-<unit>-<tag>-<revision>` */
export function containerName(installation: string, scope: PodScope, id: UnitId): string {
  return `agentpod-${scope.tenant}-${scope.name}-${id.unit}-${podTag(installation, id.pod)}-${id.revision}`;
}

/** `agentpod-<tenant>-<pod>-<tag>` */
export function networkName(installation: string, scope: PodScope): string {
  return `agentpod-${scope.tenant}-${scope.name}-${podTag(installation, scope.pod)}`;
}

/** `agentpod-<tenant>-<pod>-<unit>-<volume>-<tag>` */
export function volumeName(installation: string, scope: PodScope, id: VolumeId): string {
  return `agentpod-${scope.tenant}-${scope.name}-${id.unit}-${id.volume}-${podTag(installation, id.pod)}`;
}

/** What the names of all bridges of an installation begin with, so that one firewall rule holds for all its pods. */
export const bridgePrefix = (installation: string): string => `ap${installationTag(installation).slice(0, 4)}-`;

/** Name of a pod's network interface on the host; the kernel takes 15 characters. */
export const bridgeName = (installation: string, pod: string): string => `${bridgePrefix(installation)}${podTag(installation, pod)}`;

/** What the names of all images begin with that were built here. */
export const buildRepository = "agentpod-build/";

/**
 * `agentpod-build/<first 12 digits of the artifact>:<hash>`: of one pod alone, so that it can go with the pod, or of all that have the same
 * together; the same whatever the build may use.
 */
export function buildTag(
  installation: string,
  pod: string,
  { limits: _limits, shared, ...build }: { artifact: string; limits?: unknown; shared?: true | undefined },
): string {
  const owner = shared ? [installation] : [installation, pod];
  return `${buildRepository}${build.artifact.replace("sha256:", "").slice(0, 12)}:${hashOf([...owner, build]).slice(0, 16)}`;
}

export function scopeLabels(installation: string, scope: PodScope): Record<string, string> {
  return {
    [label.installation]: installation,
    [label.pod]: scope.pod,
    [label.tenant]: scope.tenant,
    [label.name]: scope.name,
    [label.egress]: scope.egress,
  };
}
