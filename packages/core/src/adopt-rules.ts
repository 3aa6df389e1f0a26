import type { ForeignContainer } from "./adopt.ts";
import { capabilities } from "./pod-spec.ts";

/** What taking a container over would mean, in sentences. */
export interface AdoptAdvice {
  /** Why it cannot be adopted. */
  obstacles: string[];
  /** What it may do to the machine: adopted only by somebody who says so. */
  dangers: string[];
  /** What stays as it is. */
  keeps: string[];
  /** What is lost when it has to be made anew. */
  loses: string[];
}

/** What a spec may have. */
const allowed: readonly string[] = capabilities;

/** Of the container engine's own capabilities those that no spec may have. */
const usualOnly = ["AUDIT_WRITE", "FSETID", "MKNOD", "NET_RAW", "SETFCAP", "SETPCAP"];

/** Whoever can write here is master of the machine. */
const ofTheMachine = [
  "/",
  "/bin",
  "/boot",
  "/dev",
  "/etc",
  "/lib",
  "/lib64",
  "/proc",
  "/root",
  "/run",
  "/sbin",
  "/sys",
  "/usr",
  "/var",
  "/var/run",
];
const engineFolders = ["/var/lib/docker", "/var/lib/containerd", "/var/lib/containers"];
const isSocket = (source: string): boolean => /(^|\/)(docker|podman|containerd|crio)\.sock$/.test(source);

/** What stands in the way of adopting a container, and what becomes of what it has. */
export function adviseAdoption(container: ForeignContainer, installation: string): AdoptAdvice {
  return {
    obstacles: obstaclesOf(container, installation),
    dangers: dangersOf(container),
    keeps: keepsOf(container),
    loses: losesOf(container),
  };
}

function obstaclesOf(container: ForeignContainer, installation: string): string[] {
  const { name, networkMode } = container;
  const obstacles: string[] = [];
  const other = [container.installation, ...container.networks.map((network) => network.installation)].find(
    (one) => one !== null && one !== installation,
  );
  if (other) obstacles.push(`${name} belongs to another AgentPod, installation ${other}; let that one release it.`);
  if (container.state !== "running") obstacles.push(`${name} is not running (${container.state}); start it first.`);
  if (container.manager) obstacles.push(`${name} is made and unmade by ${container.manager}, which would go on doing so.`);
  if (networkMode === "host" || networkMode === "none" || networkMode.startsWith("container:"))
    obstacles.push(`${name} runs on the network "${networkMode}", to which no other can be added; start it on a network of its own.`);
  if (container.image === null)
    obstacles.push(`The image of ${name} has no name, so that it could not be made anew; give it one with docker tag.`);
  if (container.isAutoRemoved && container.volumes.some((volume) => volume.isAnonymous))
    obstacles.push(`${name} was started with --rm: the engine would delete its unnamed volumes when it ends.`);
  return obstacles;
}

function dangersOf(container: ForeignContainer): string[] {
  const { name } = container;
  const dangers: string[] = [];
  if (container.isPrivileged) dangers.push(`${name} is privileged: it may do anything to this machine.`);
  for (const { source } of container.folders) {
    if (isSocket(source)) dangers.push(`${name} holds the engine's socket ${source}: it may do anything to this machine.`);
    else if (isOfTheMachine(source)) dangers.push(`${name} uses the folder ${source} of this machine's own.`);
  }
  if (container.hostNamespaces.length > 0)
    dangers.push(`${name} shares namespaces of this machine: ${container.hostNamespaces.join(", ")}.`);
  if (container.devices.length > 0) dangers.push(`${name} uses devices of this machine: ${container.devices.join(", ")}.`);
  const added = container.capabilities.added.filter((one) => !usualOnly.includes(one) && !allowed.includes(one));
  if (added.length > 0) dangers.push(`${name} has more rights than usual: ${added.join(", ")}.`);
  return dangers;
}

function isOfTheMachine(source: string): boolean {
  const clean = source.replace(/(.)\/+$/, "$1");
  return ofTheMachine.includes(clean) || engineFolders.some((folder) => clean === folder || clean.startsWith(`${folder}/`));
}

function keepsOf(container: ForeignContainer): string[] {
  const volumes = container.volumes.map(({ name }) => name);
  const folders = container.folders.map(({ source }) => source);
  return [
    ...(volumes.length > 0 ? [`Its volumes stay its own, also when it is made anew: ${volumes.join(", ")}.`] : []),
    ...(folders.length > 0 ? [`Its folders of this machine stay where they are, and are never deleted: ${folders.join(", ")}.`] : []),
    ...(container.kept.networks.length > 0
      ? [`It stays on its networks, also when it is made anew: ${container.kept.networks.map((network) => network.name).join(", ")}.`]
      : []),
  ];
}

function losesOf(container: ForeignContainer): string[] {
  const published = container.ports.flatMap(({ published: at }) => (at ? [`${at.address}:${at.port}`] : []));
  const lost = container.isPrivileged ? ["ALL"] : container.capabilities.added.filter((one) => !allowed.includes(one));
  return [
    "What it wrote outside its volumes and folders is lost when it is made anew: by an update, a restart of the pod, or when somebody removes it.",
    "Made anew, it reaches the internet and the networks that it stays on, and no other private address.",
    ...(published.length > 0
      ? [`Ports that it publishes itself are closed when it is made anew, and its address by AgentPod stays: ${published.join(", ")}.`]
      : []),
    ...(lost.length > 0 ? [`Rights that no pod may have are lost when it is made anew: ${lost.join(", ")}.`] : []),
    ...(container.restart.name === "no"
      ? []
      : [`The engine's own restarts (${container.restart.name}) end; AgentPod starts it again instead.`]),
  ];
}
