import { AppError } from "@agentpod/core/errors";
import { hashOf } from "@agentpod/core/hash";
import type { PodScope, UnitRun, VolumeId } from "@agentpod/core/runtime";
import { bridgeName, label, networkName, scopeLabels, volumeName } from "./names.ts";

export interface BodyOptions {
  installation: string;
  /** Ports are published on the host's loopback; not where the control plane itself runs in a container. */
  publish: boolean;
  /** What the run's image or build is called on the engine. */
  image: string;
  /** Below a unit's own environment. */
  env: Record<string, string>;
  /** Folders filled before the start: with a read-only root they need a volume, for nothing else can be written to. */
  filled: string[];
  /** Of the engine's machine, which takes no limit above them; null: unknown. */
  cores: number | null;
}

export type ContainerBody = ReturnType<typeof containerBody>;

const megabyte = 1024 * 1024;
/** Pods are killed before the control plane and the database when the machine's memory is used up. */
const oomScore = 500;
/** Of 1024 that a container usually has. */
const yieldingShares = 64;
const logs = { Type: "json-file", Config: { "max-size": "10m", "max-file": "2" } };

/** `POST /containers/create` for one unit instance. Nothing in a UnitRun can widen what is written here. */
export function containerBody(run: UnitRun, options: BodyOptions) {
  const { installation, publish, image, env, filled, cores } = options;
  const network = networkName(installation, run.scope);
  const open = run.scope.egress === "open";
  const body = {
    Image: image,
    Hostname: run.hostname,
    ...(run.user !== null && { User: run.user }),
    ...(run.entrypoint && { Entrypoint: run.entrypoint }),
    ...(run.command && { Cmd: run.command }),
    ...(run.workdir !== null && { WorkingDir: run.workdir }),
    ExposedPorts: Object.fromEntries(run.ports.map((port) => [`${port.container}/tcp`, {}])),
    StopTimeout: run.stopGraceSeconds,
    ...(run.stopSignal !== null && { StopSignal: run.stopSignal }),
    HostConfig: {
      NetworkMode: network,
      // An internal network drops published ports: its pods are reached at their own address.
      PortBindings:
        publish && open
          ? Object.fromEntries(run.ports.map((port) => [`${port.container}/tcp`, [{ HostIp: "127.0.0.1", HostPort: String(port.host) }]]))
          : {},
      Mounts: [
        // Labels for the engine that has to make the volume itself: an unlabelled one would never be found again.
        ...run.volumes.map(({ id, path }) => {
          const { Name, Labels } = volumeBody(installation, run.scope, id);
          return { Type: "volume", Source: Name, Target: path, VolumeOptions: { Labels } };
        }),
        ...(run.readOnlyRoot ? filled.map((path) => ({ Type: "volume", Target: path })) : []),
      ],
      Tmpfs: Object.fromEntries(run.tmpfs.map(({ path, sizeMb }) => [path, `rw,nosuid,nodev,size=${sizeMb}m,mode=1777`])),
      Memory: run.resources.memoryMb * megabyte,
      MemorySwap: run.resources.memoryMb * megabyte,
      NanoCpus: Math.round(Math.min(run.resources.cpus, cores ?? Number.POSITIVE_INFINITY) * 1e9),
      ...(run.resources.yields && { CpuShares: yieldingShares }),
      PidsLimit: run.resources.pids,
      OomScoreAdj: oomScore,
      CapDrop: ["ALL"],
      CapAdd: run.capabilities,
      SecurityOpt: ["no-new-privileges:true"],
      Privileged: false,
      ReadonlyRootfs: run.readOnlyRoot,
      IpcMode: "private",
      PublishAllPorts: false,
      RestartPolicy: { Name: "no" },
      AutoRemove: false,
      Init: true,
      LogConfig: logs,
    },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: run.alias === null ? [] : [run.alias] } } },
  };
  return {
    ...body,
    Env: Object.entries({ ...env, ...run.env }).map(([key, value]) => `${key}=${value}`),
    Labels: {
      ...scopeLabels(installation, run.scope),
      [label.unit]: run.id.unit,
      [label.revision]: run.id.revision,
      [label.ports]: JSON.stringify(Object.fromEntries(run.ports.map((port) => [port.name, [port.container, port.host]]))),
      [label.network]: network,
      [label.body]: hashOf(body).slice(0, 12),
      ...(run.live !== undefined && { [label.live]: run.live }),
    },
  };
}

/** `POST /networks/create`: the pod's own bridge. Throws `invalid` without a subnet: the engine's own pools end near 30 networks. */
export function networkBody(installation: string, scope: PodScope) {
  if (scope.subnet === null)
    throw new AppError("invalid", `Pod ${scope.tenant}/${scope.name} has no subnet: on a container engine each pod needs one.`);
  return {
    Name: networkName(installation, scope),
    CheckDuplicate: true,
    Driver: "bridge",
    Internal: scope.egress === "none",
    EnableIPv6: false,
    Attachable: false,
    IPAM: { Driver: "default", Config: [{ Subnet: scope.subnet }] },
    Options: { "com.docker.network.bridge.name": bridgeName(installation, scope.pod) },
    Labels: scopeLabels(installation, scope),
  };
}

/** `POST /volumes/create`: on the engine's own disk, without any option of its driver. */
export function volumeBody(installation: string, scope: PodScope, id: VolumeId) {
  return {
    Name: volumeName(installation, scope, id),
    Driver: "local",
    DriverOpts: {},
    Labels: { ...scopeLabels(installation, scope), [label.unit]: id.unit, [label.volume]: id.volume },
  };
}
