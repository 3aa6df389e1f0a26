import type { Kept } from "@agentpod/core/adopt";
import { hashOf } from "@agentpod/core/hash";
import type { UnitRun } from "@agentpod/core/runtime";
import type { ContainerBody } from "./body.ts";
import { label } from "./names.ts";

/** What a container is made of: of a unit of ours, or of one that was taken over. */
export type CreateBody = ContainerBody | ReturnType<typeof keptBody>;

/** `POST /containers/create` for a unit that was adopted and is made anew: what its spec leaves open is as it was found. */
export function keptBody(body: ContainerBody, run: UnitRun, kept: Kept, hasImage: boolean) {
  const { env, networks: _networks, ...lasting } = kept;
  const own = new Set(body.Env.map((line) => line.split("=", 1)[0]));
  return {
    ...body,
    // The reference may lead to another image by now; a spec with another reference means that other one.
    ...(hasImage && run.image === kept.image.reference && { Image: kept.image.id }),
    Hostname: kept.hostname,
    ...optional("User", run.user ?? kept.user),
    ...optional("Entrypoint", run.entrypoint ?? kept.entrypoint),
    ...optional("Cmd", run.command ?? kept.command),
    ...optional("WorkingDir", run.workdir ?? kept.workdir),
    ...optional("StopSignal", run.stopSignal ?? kept.stopSignal),
    Env: [...Object.entries(env).flatMap(([name, value]) => (own.has(name) ? [] : [`${name}=${value}`])), ...body.Env],
    HostConfig: {
      ...body.HostConfig,
      Mounts: [
        ...body.HostConfig.Mounts,
        ...kept.volumes.map(({ name, path, isReadOnly }) => ({ Type: "volume", Source: name, Target: path, ReadOnly: isReadOnly })),
        // One that is gone is an error of the engine's, and no empty folder in its place.
        ...kept.folders.map(({ source, path, isReadOnly }) => ({ Type: "bind", Source: source, Target: path, ReadOnly: isReadOnly })),
      ],
      Init: kept.isInit,
      Tmpfs: { ...kept.tmpfs, ...body.HostConfig.Tmpfs },
      ...optional("ShmSize", kept.shmBytes),
    },
    Labels: { ...body.Labels, [label.body]: hashOf([body.Labels[label.body], lasting]).slice(0, 12) },
  };
}

const optional = <K extends string, V>(key: K, value: V | null): Partial<Record<K, V>> =>
  value === null ? {} : ({ [key]: value } as Record<K, V>);
