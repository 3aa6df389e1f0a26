import { AppError } from "@agentpod/core/errors";
import type { DiskRoom, Stored, StoredImage } from "@agentpod/core/runtime";
import { diskRoom } from "../disk-room.ts";
import type { DriverContext } from "./driver-context.ts";
import type { Engine } from "./engine.ts";
import { EngineError, isStatus, toDriverError } from "./engine-error.ts";
import { buildRepository, label } from "./names.ts";
import { listFilters } from "./observe.ts";

interface ImageSummary {
  Id: string;
  RepoTags: string[] | null;
  Labels: Record<string, string> | null;
  /** Seconds since 1970. */
  Created: number;
  Size: number;
}

interface DiskUsage {
  /** `SharedSize` below 0: not known. */
  Images: { Id: string; SharedSize?: number }[] | null;
  Volumes: { Labels: Record<string, string> | null; UsageData?: { Size: number } | null }[] | null;
}

/** The engine adds up every file of every volume and layer. */
const patientMs = 300_000;

/** What was built here under our label, and how much the volumes of these pods hold. */
export async function listStored({ engine, installation }: DriverContext, volumesOf: readonly string[]): Promise<Stored> {
  try {
    const filters = listFilters(installation, null);
    const [images, containers, usage] = await Promise.all([
      engine.call<ImageSummary[]>("GET", "/images/json", { query: { filters } }),
      engine.call<{ ImageID: string }[]>("GET", "/containers/json", { query: { all: true, filters } }),
      diskUsage(engine),
    ]);
    const used = new Set(containers.map(({ ImageID }) => ImageID));
    const shared = new Map(usage.Images?.map(({ Id, SharedSize = 0 }) => [Id, Math.max(0, SharedSize)]));
    const isOurs = (labels: Record<string, string> | null): boolean => labels?.[label.installation] === installation;
    return {
      images: images
        .filter(({ Labels }) => isOurs(Labels) && Labels?.[label.pod])
        .map((image) => ({ ...imageOf(image), bytes: Math.max(0, image.Size - (shared.get(image.Id) ?? 0)), isUsed: used.has(image.Id) })),
      volumes: (usage.Volumes ?? []).flatMap(({ Labels, UsageData }) => {
        const pod = Labels?.[label.pod] ?? "";
        if (!isOurs(Labels) || Labels?.[label.volume] === undefined || !volumesOf.includes(pod) || !UsageData || UsageData.Size < 0)
          return [];
        return [{ id: { pod, unit: Labels[label.unit] ?? "", volume: Labels[label.volume] ?? "" }, bytes: UsageData.Size }];
      }),
    };
  } catch (error) {
    throw toDriverError(error, "What lies on the engine's disk could not be listed");
  }
}

/** Empty where the engine does not tell us (a proxy before it), or is adding up for somebody else: one at a time may ask. */
async function diskUsage(engine: Engine): Promise<DiskUsage> {
  return engine.call<DiskUsage>("GET", "/system/df", { timeoutMs: patientMs }).catch((error: unknown) => {
    if (error instanceof EngineError) return { Images: null, Volumes: null };
    throw error;
  });
}

function imageOf({ Id, RepoTags, Labels, Created }: ImageSummary): Omit<StoredImage, "bytes" | "isUsed"> {
  const names = ownNames(RepoTags);
  const builtFrom = names.map((name) => name.split(buildRepository)[1]?.split(":")[0]).find((one) => one !== undefined) ?? null;
  return { id: Id, names, pod: Labels?.[label.pod] ?? "", builtFrom, builtAt: new Date(Created * 1000).toISOString() };
}

/** Deletes an image with our label by the names that we gave it; what somebody named anew stays under that name. */
export async function removeStored(context: DriverContext, id: string): Promise<boolean> {
  const { engine, installation, images } = context;
  const find = () =>
    engine
      .call<{ RepoTags: string[] | null; Config: { Labels?: Record<string, string> | null } | null }>("GET", `/images/${id}/json`)
      .catch((error: unknown) => {
        if (isStatus(error, 404)) return null;
        throw toDriverError(error, "An image could not be looked at");
      });
  const found = await find();
  if (found === null) return true;
  const labels = found.Config?.Labels ?? {};
  if (labels[label.installation] !== installation || labels[label.pod] === undefined)
    throw new AppError("not_found", "The image is none that this installation built.");
  const names = ownNames(found.RepoTags);
  for (const name of names) images.delete(name);
  for (const name of names.length > 0 ? names : [id]) {
    try {
      await engine.call("DELETE", `/images/${name}`, { timeoutMs: patientMs });
    } catch (error) {
      // 409: a container, or an image that was built from it.
      if (!isStatus(error, 404, 409)) throw toDriverError(error, `Image ${name} could not be removed`);
    }
  }
  return (await find()) === null;
}

/** Podman calls them localhost/agentpod-build/…; what others named stays theirs. */
const ownNames = (names: string[] | null): string[] => (names ?? []).filter((name) => name.includes(buildRepository));

/** Null where the engine's folder is another machine's, or another container's. */
export async function engineRoom({ engine, options, surveyed }: DriverContext): Promise<DiskRoom | null> {
  const { survey } = await surveyed();
  if (!survey.local || options.attach || process.platform !== "linux") return null;
  const { DockerRootDir } = await engine.call<{ DockerRootDir?: string }>("GET", "/info");
  return DockerRootDir === undefined ? null : diskRoom(DockerRootDir);
}
