import type { ForeignContainer, ForeignNetwork, ForeignPort, Kept, RestartRule } from "@agentpod/core/adopt";
import { label } from "./names.ts";

/** What of `GET /containers/<id>/json` is looked at before a container is taken over. */
export interface ForeignDetails {
  Id: string;
  Name: string;
  /** Id of the image. */
  Image: string;
  State: { Status: string; StartedAt: string };
  Config: {
    Image: string;
    Hostname: string;
    Labels: Record<string, string> | null;
    Env: string[] | null;
    Entrypoint: string[] | null;
    Cmd: string[] | null;
    WorkingDir: string;
    User: string;
    StopSignal?: string;
    StopTimeout?: number | null;
    ExposedPorts?: Record<string, unknown> | null;
  };
  HostConfig: {
    NetworkMode: string;
    RestartPolicy: { Name: string; MaximumRetryCount: number };
    AutoRemove: boolean;
    Privileged: boolean;
    CapAdd: string[] | null;
    CapDrop: string[] | null;
    Devices: { PathOnHost: string }[] | null;
    PidMode: string;
    IpcMode: string;
    UTSMode: string;
    UsernsMode: string;
    Memory: number;
    NanoCpus: number;
    CpuQuota?: number;
    CpuPeriod?: number;
    PidsLimit: number | null;
    Tmpfs?: Record<string, string> | null;
    ShmSize: number;
    Init?: boolean | null;
  };
  Mounts: { Type: string; Name?: string; Source: string; Destination: string; RW: boolean }[];
  NetworkSettings: {
    Ports: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
    Networks: Record<string, { Aliases: string[] | null }> | null;
  };
}

/** What of `GET /images/<id>/json` tells a container's own settings from its image's. */
export interface ForeignImage {
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  Config: {
    Labels?: Record<string, string> | null;
    Env: string[] | null;
    Entrypoint: string[] | null;
    Cmd: string[] | null;
    WorkingDir: string;
    User: string;
    StopSignal?: string;
  } | null;
}

const usualShm = 64 * 1024 * 1024;
const megabyte = 1024 * 1024;

/** `owners`: installation by network name. */
export function foreignOf(details: ForeignDetails, image: ForeignImage | null, owners: ReadonlyMap<string, string>): ForeignContainer {
  const { Config: config, HostConfig: host, Mounts: mounts } = details;
  const labels = config.Labels ?? {};
  const reference = referenceOf(config.Image, image);
  const volumes = mounts
    .filter((mount) => mount.Type === "volume" && mount.Name)
    .map((mount) => ({
      name: mount.Name ?? "",
      path: mount.Destination,
      isReadOnly: !mount.RW,
      isAnonymous: isAnonymous(mount.Name ?? ""),
    }));
  const folders = mounts
    .filter((mount) => mount.Type === "bind")
    .map((mount) => ({ source: mount.Source, path: mount.Destination, isReadOnly: !mount.RW }));
  const networks = networksOf(details, owners);
  const manager = labels["com.docker.swarm.service.id"] ? "swarm" : labels["io.kubernetes.pod.uid"] ? "kubernetes" : null;
  const project = labels["com.docker.compose.project"];
  return {
    id: details.Id,
    name: details.Name.replace(/^\//, ""),
    image: reference,
    imageId: details.Image,
    state: details.State.Status,
    startedAt: details.State.StartedAt.startsWith("0001-") ? null : details.State.StartedAt,
    ports: portsOf(details),
    volumes,
    folders,
    restart: restartOf(host.RestartPolicy),
    compose: project === undefined ? null : { project, service: labels["com.docker.compose.service"] ?? "" },
    manager,
    // One that AgentPod built as an image gives its labels to whoever is started from it, and no unit's.
    installation:
      labels[label.unit] === undefined && image?.Config?.Labels?.[label.installation] ? null : (labels[label.installation] ?? null),
    networkMode: host.NetworkMode,
    networks,
    limits: {
      cpus: cpusOf(host),
      memoryMb: host.Memory > 0 ? Math.round(host.Memory / megabyte) : null,
      pids: (host.PidsLimit ?? 0) > 0 ? host.PidsLimit : null,
    },
    capabilities: { added: plain(host.CapAdd), dropped: plain(host.CapDrop) },
    isPrivileged: host.Privileged,
    isAutoRemoved: host.AutoRemove,
    hostNamespaces: namespacesOf(host),
    devices: (host.Devices ?? []).map((device) => device.PathOnHost),
    stopGraceSeconds: config.StopTimeout ?? 10,
    kept: {
      containerId: details.Id,
      revision: "",
      image: { reference, id: details.Image },
      hostname: config.Hostname,
      isInit: host.Init ?? false,
      ...ownSettings(details, image),
      volumes: volumes.map(({ name, path, isReadOnly }) => ({ name, path, isReadOnly })),
      folders,
      tmpfs: host.Tmpfs ?? {},
      shmBytes: host.ShmSize === usualShm || host.ShmSize === 0 ? null : host.ShmSize,
      networks: networks.filter(({ name }) => name !== "bridge").map(({ name, aliases }) => ({ name, aliases })),
    },
  };
}

type OwnSettings = Pick<Kept, "env" | "entrypoint" | "command" | "workdir" | "user" | "stopSignal">;

/** What the container says otherwise than its image: a newer image keeps its own word on the rest. */
function ownSettings({ Config: own }: ForeignDetails, image: ForeignImage | null): OwnSettings {
  const base = image?.Config;
  const inherited = new Set(base?.Env ?? []);
  const env = (own.Env ?? [])
    .filter((line) => !inherited.has(line))
    .map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]);
  const other = <T>(mine: T, theirs: T | undefined): boolean => JSON.stringify(mine ?? null) !== JSON.stringify(theirs ?? null);
  return {
    env: Object.fromEntries(env),
    entrypoint: own.Entrypoint && other(own.Entrypoint, base?.Entrypoint ?? null) ? own.Entrypoint : null,
    // An entrypoint of one's own forgets the image's command.
    command: other(own.Cmd, base?.Cmd ?? null) || other(own.Entrypoint, base?.Entrypoint ?? null) ? own.Cmd : null,
    workdir: own.WorkingDir && other(own.WorkingDir, base?.WorkingDir) ? own.WorkingDir : null,
    user: own.User && other(own.User, base?.User) ? own.User : null,
    stopSignal: own.StopSignal && other(own.StopSignal, base?.StopSignal) ? own.StopSignal : null,
  };
}

/** A name by which the image can be found again: the one it was started by, or another that it has. */
function referenceOf(started: string, image: ForeignImage | null): string | null {
  const isId = /^(sha256:)?[0-9a-f]{12,64}$/.test(started);
  if (!isId) return started;
  return image?.RepoTags?.find((tag) => !tag.startsWith("<none>")) ?? image?.RepoDigests?.[0] ?? null;
}

function portsOf({ Config, NetworkSettings }: ForeignDetails): ForeignPort[] {
  const published = NetworkSettings.Ports ?? {};
  const all = [...new Set([...Object.keys(published), ...Object.keys(Config.ExposedPorts ?? {})])];
  return all
    .filter((key) => key.endsWith("/tcp"))
    .map((key) => {
      const bindings = published[key] ?? [];
      const best = bindings.find(({ HostIp }) => !HostIp.includes(":")) ?? bindings[0];
      return { container: Number.parseInt(key, 10), published: best ? { address: best.HostIp, port: Number(best.HostPort) } : null };
    })
    .sort((a, b) => a.container - b.container);
}

function networksOf({ Id, NetworkSettings }: ForeignDetails, owners: ReadonlyMap<string, string>): ForeignNetwork[] {
  return Object.entries(NetworkSettings.Networks ?? {}).map(([name, { Aliases }]) => ({
    name,
    // The engine adds the container's own short id.
    aliases: (Aliases ?? []).filter((alias) => !Id.startsWith(alias)),
    installation: owners.get(name) ?? null,
  }));
}

function restartOf({ Name, MaximumRetryCount }: ForeignDetails["HostConfig"]["RestartPolicy"]): RestartRule {
  const known = (["always", "unless-stopped", "on-failure"] as const).find((name) => name === Name);
  return { name: known ?? "no", retries: known === "on-failure" ? MaximumRetryCount : 0 };
}

function cpusOf({ NanoCpus, CpuQuota = 0, CpuPeriod = 0 }: ForeignDetails["HostConfig"]): number | null {
  if (NanoCpus > 0) return NanoCpus / 1e9;
  return CpuQuota > 0 ? CpuQuota / (CpuPeriod || 100_000) : null;
}

function namespacesOf(host: ForeignDetails["HostConfig"]): string[] {
  const shared = { pid: host.PidMode, ipc: host.IpcMode, uts: host.UTSMode, user: host.UsernsMode };
  return Object.entries(shared).flatMap(([name, mode]) => (mode === "host" || mode?.startsWith("container:") ? [name] : []));
}

const plain = (names: string[] | null): string[] => (names ?? []).map((name) => name.replace(/^CAP_/, ""));
const isAnonymous = (name: string): boolean => /^[0-9a-f]{64}$/.test(name);
