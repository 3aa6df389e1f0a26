import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { parseInput } from "@agentpod/core/draft-issues";
import { agentPackage, packageFolders } from "@agentpod/core/products/agents/agent-package";
import type { Database } from "@agentpod/core/store";
import { checkTemplate } from "@agentpod/core/template-check";
import { neededFolders, withArtifacts } from "@agentpod/core/template-pack";
import { packFolder } from "@agentpod/host/pack-folder";
import { parse } from "yaml";
import { applyPackage, findAppliance, preparePackage } from "../agent-packages/apply-package.ts";
import type { PackageFiles } from "../agent-packages/package-code.ts";
import type { Log } from "../app-deps.ts";
import type { ArtifactFiles } from "./artifact-files.ts";

/** Brings the templates of a folder into the database as the system's, and the agent packages beside them; what has not changed makes no new version. */
export async function shipTemplates(folder: string, database: Database, artifacts: ArtifactFiles, log: Log): Promise<void> {
  const ship = async (at: string): Promise<void> => {
    const text = await readFile(join(at, "template.yaml"), "utf8").catch(() => null);
    if (text === null) return;
    await shipTemplate(at, text, database, artifacts, log);
    const packages = await foldersIn(join(at, "packages")).catch(() => []);
    for (const one of packages) await shipPackage(join(at, "packages", one), database, artifacts, log);
  };
  await Promise.all((await foldersIn(folder)).map((name) => ship(join(folder, name))));
}

async function shipTemplate(at: string, text: string, database: Database, artifacts: ArtifactFiles, log: Log): Promise<void> {
  const raw = parse(text) as { spec?: unknown };
  const digests: Record<string, string> = {};
  const packed: { digest: string; bytes: number }[] = [];
  for (const { folder: name } of neededFolders(raw.spec)) {
    const { tar } = await packFolder(join(at, name));
    const stored = await artifacts.put(Readable.from([tar]));
    digests[name] = stored.digest;
    packed.push(stored);
  }
  const template = checkTemplate({ ...raw, spec: withArtifacts(raw.spec, digests) });
  const { version } = await database.asSystem(async (store) => {
    for (const artifact of packed) await store.artifacts.insert({ ...artifact, tenant: null });
    return store.templates.apply(null, template, "system");
  });
  log.info({ template: template.name, version }, "template ready");
}

async function shipPackage(at: string, database: Database, artifacts: ArtifactFiles, log: Log): Promise<void> {
  const given = parseInput(agentPackage, parse(await readFile(join(at, "agent.yaml"), "utf8")));
  const present = await foldersIn(at);
  const files: PackageFiles = {};
  for (const folder of packageFolders.filter((one) => present.includes(one)))
    files[folder] = (await artifacts.put(Readable.from([(await packFolder(join(at, folder))).tar]))).digest;
  const prepared = await preparePackage(given, files, await database.asSystem(findAppliance), null, artifacts);
  const { version } = await database.asSystem((store) => applyPackage(store, null, prepared, "system"));
  log.info({ template: given.name, version }, "agent package ready");
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
