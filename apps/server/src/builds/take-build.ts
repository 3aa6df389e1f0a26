import { posix } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { Pod } from "@agentpod/core/pod";
import { buildUnit, codePath } from "@agentpod/core/products/code/build-task";
import type { Runtime } from "@agentpod/core/runtime";
import { resultTar } from "@agentpod/source/result-tar";
import type { AppDeps } from "../app-deps.ts";

export interface TakenBuild {
  digest: string;
  bytes: number;
}

/**
 * What a build pod has made, as an artifact of its tenant: its whole code folder, or a folder in it (`output`, relative). The same
 * build again: the same artifact. Throws `conflict` while the build has not succeeded, `not_found` where it did not make `output`.
 */
export async function takeBuild(
  { runtime, artifacts }: { runtime: Pick<Runtime, "readFiles">; artifacts: Pick<AppDeps["artifacts"], "put"> },
  pod: Pod,
  output: string | null = null,
): Promise<TakenBuild> {
  const unit = pod.status.units.find(({ name }) => name === buildUnit);
  if (pod.status.phase !== "succeeded" || pod.status.observedGeneration !== pod.generation || !unit)
    throw new AppError("conflict", `The build ${pod.tenant}/${pod.name} has not succeeded: there is nothing to take.`);
  const path = output === null ? codePath : posix.join(codePath, output);
  try {
    const files = await runtime.readFiles({ pod: pod.id, unit: unit.name, revision: unit.revision }, path);
    const { digest, bytes } = await artifacts.put(resultTar(files), pod.tenantId);
    return { digest, bytes };
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found" && output !== null)
      throw new AppError("not_found", `The build made no folder ${output}: set output in agentpod.yaml to the one that it makes.`, {
        cause: error,
      });
    throw error;
  }
}
