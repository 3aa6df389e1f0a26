import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { Database } from "@agentpod/core/store";
import { checkTemplate } from "@agentpod/core/template-check";
import { neededFolders, withArtifacts } from "@agentpod/core/template-pack";
import { packFolder } from "@agentpod/host/pack-folder";
import { parse } from "yaml";
import type { Log } from "../app-deps.ts";
import type { ArtifactFiles } from "./artifact-files.ts";

/** Brings the templates of a folder into the database as the system's; what has not changed makes no new version. */
export async function shipTemplates(folder: string, database: Database, artifacts: ArtifactFiles, log: Log): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const at = join(folder, entry.name);
    const text = await readFile(join(at, "template.yaml"), "utf8").catch(() => null);
    if (text === null) continue;
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
}
