import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ApplyAgentPackageRequest } from "@agentpod/core/api/agent-package-view";
import { AppError } from "@agentpod/core/errors";
import { packageFolders } from "@agentpod/core/products/agents/agent-package";
import { packFolder } from "@agentpod/host/pack-folder";
import type { Cli } from "../cli.ts";
import { readData } from "../read-data.ts";

/** Packs the folders beside `agent.yaml`, uploads them, and makes the package's next version. */
export async function run(cli: Cli, [folder = ""]: string[], { tenant }: { tenant?: string }): Promise<void> {
  const given = await readData(join(folder, "agent.yaml"));
  if (given === null || typeof given !== "object" || !("name" in given))
    throw new AppError("invalid", `${folder}/agent.yaml holds no package`);
  const client = await cli.client();
  const files: NonNullable<ApplyAgentPackageRequest["files"]> = {};
  for (const part of packageFolders) {
    const at = join(folder, part);
    if (!(await stat(at).catch(() => null))?.isDirectory()) continue;
    const { tar } = await packFolder(at);
    cli.out.progress(`uploading ${part} (${tar.length} bytes)`);
    files[part] = (await client.artifacts.upload(tar, tenant)).digest;
  }
  const view = await client.agents.packages.apply({ package: given as ApplyAgentPackageRequest["package"], files }, tenant);
  cli.out.show(
    view,
    `Agent package ${view.name} is at version ${view.version}. Next: agentpod pod create <tenant>/<name> --package ${view.name} --wait`,
  );
}
