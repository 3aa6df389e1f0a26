import type { ForeignContainer } from "@agentpod/core/adopt";
import { specOfForeign } from "@agentpod/core/adopt-draft";
import { adviseAdoption } from "@agentpod/core/adopt-rules";
import type { ForeignContainerView } from "@agentpod/core/api/adopt-view";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import type { Tenant } from "@agentpod/core/tenant";
import type { AppDeps } from "../app-deps.ts";
import { createPod, type Writer } from "./write-pod.ts";

export interface AdoptAsk {
  container: string;
  port?: number | undefined;
  healthPath?: string | undefined;
  memoryMb?: number | undefined;
  cpus?: number | undefined;
  dangerous: boolean;
}

/** The container that is meant, as it is now. Throws `not_found`, or what stands in the way. */
export async function foundContainer(deps: Pick<AppDeps, "runtime" | "database">, ask: AdoptAsk): Promise<ForeignContainer> {
  const [container] = await deps.runtime.foreign(ask.container);
  if (!container) throw new AppError("not_found", `There is no container ${ask.container} that AgentPod did not make.`);
  const { installation, adopted } = await deps.database.asSystem(async (store) => ({
    installation: await store.settings.installation(),
    adopted: (await store.adoptions.list()).find((unit) => unit.containerId === container.id),
  }));
  if (adopted) throw new AppError("conflict", `Container ${adopted.found.name} is pod ${adopted.tenant}/${adopted.name} already.`);
  const { obstacles, dangers } = adviseAdoption(container, installation);
  if (obstacles.length > 0) throw new AppError("invalid", obstacles.join(" "));
  if (dangers.length > 0 && !ask.dangerous)
    throw new AppError("forbidden", `${dangers.join(" ")} To adopt it all the same, say so (--dangerous).`);
  return container;
}

/** Writes the rows of a pod that a container becomes; the reconciler takes it over. */
export async function adoptContainer(
  writer: Writer & { deps: Pick<AppDeps, "reconcile"> },
  tenant: Tenant,
  name: string,
  container: ForeignContainer,
  ask: AdoptAsk,
): Promise<Pod> {
  const { store, deps } = writer;
  const pod = await createPod(writer, tenant, { name, spec: specOfForeign(container, ask) });
  const [unit] = pod.spec.units;
  if (!unit) throw new AppError("internal", "An adopted pod has one unit.");
  const revision = deps.reconcile.revisionOf(pod, unit);
  await store.adoptions.insert(
    {
      id: { pod: pod.id, unit: unit.name, revision },
      containerId: container.id,
      found: { name: container.name, image: container.image ?? container.imageId, restart: container.restart },
      ports: unit.ports,
      volumes: container.volumes.map((volume) => volume.name),
      folders: container.folders.map((folder) => folder.source),
    },
    { ...container.kept, revision },
  );
  // However the pod ends (its time is over, its tenant goes): what the container brought stays, unless somebody says otherwise.
  return store.pods.setDesired(pod.id, "running", true);
}

export function foreignView(container: ForeignContainer, installation: string): ForeignContainerView {
  const { id, name, image, state, startedAt, ports, volumes, folders, restart, compose, limits } = container;
  return {
    ...{ id, name, image, state, startedAt, ports, volumes, folders, compose, limits },
    restart: restart.name,
    ...adviseAdoption(container, installation),
  };
}
