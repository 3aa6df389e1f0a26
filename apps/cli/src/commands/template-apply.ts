import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { Template } from "@agentpod/core/template";
import { neededFolders, withArtifacts } from "@agentpod/core/template-pack";
import { packFolder } from "@agentpod/host/pack-folder";
import type { Cli } from "../cli.ts";
import { readData } from "../read-data.ts";

/** Packs the folders that the template names, uploads them, and applies the template with their digests. */
export async function run(cli: Cli, [path = ""]: string[], { tenant }: { tenant?: string }): Promise<void> {
  const file = (await stat(path).catch(() => null))?.isDirectory() ? join(path, "template.yaml") : path;
  const given = await readData(file);
  if (given === null || typeof given !== "object" || !("spec" in given)) throw new AppError("invalid", `${file} holds no template`);
  const client = await cli.client();
  const digests: Record<string, string> = {};
  for (const { folder } of neededFolders(given.spec)) {
    if (folder in digests) continue;
    const packed = await packFolder(join(dirname(file), folder));
    cli.out.progress(`uploading ${folder} (${packed.tar.length} bytes)`);
    digests[folder] = (await client.artifacts.upload(packed.tar, tenant)).digest;
  }
  const template = { ...given, spec: withArtifacts(given.spec, digests) } as Template;
  const view = await client.templates.apply(template, tenant);
  cli.out.show(view, `Template ${view.name} is at version ${view.version}.`);
}
