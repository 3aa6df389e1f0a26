import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { AppError } from "@agentpod/core/errors";
import type { Template } from "@agentpod/core/template";
import type { Cli } from "../cli.ts";
import { readData } from "../read-data.ts";
import { uploadFolders } from "../upload-folders.ts";

/** Packs the folders that the template names, uploads them, and applies the template with their digests. */
export async function run(cli: Cli, [path = ""]: string[], { tenant }: { tenant?: string }): Promise<void> {
  const file = (await stat(path).catch(() => null))?.isDirectory() ? join(path, "template.yaml") : path;
  const given = await readData(file);
  if (given === null || typeof given !== "object" || !("spec" in given)) throw new AppError("invalid", `${file} holds no template`);
  const client = await cli.client();
  const spec = await uploadFolders(client, given.spec, dirname(file), tenant, cli.out.progress);
  const template = { ...given, spec } as Template;
  const view = await client.templates.apply(template, tenant);
  cli.out.show(view, `Template ${view.name} is at version ${view.version}.`);
}
