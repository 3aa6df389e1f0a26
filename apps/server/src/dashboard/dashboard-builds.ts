import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** A build of the dashboard, as `apps/web/build` leaves it. */
export interface DashboardBuild {
  folder: string;
  /** CSP sources of the page's own inline scripts. */
  scriptHashes: string[];
  /** By URL path: what is served, and nothing else. `coded`: a brotli and a gzip version lie beside it. */
  files: Record<string, { type: string; coded: boolean }>;
}

/**
 * The builds in a folder, newest first; none while the first is being made. Asked for each page, so that a build that was
 * finished after the server's start is served at once.
 */
export function dashboardBuilds(folder: string): () => Promise<DashboardBuild[]> {
  const known = new Map<string, DashboardBuild>();
  return async () => {
    const keys = await readJson<string[]>(join(folder, "builds.json"));
    const builds: DashboardBuild[] = [];
    for (const key of keys ?? []) {
      const build = known.get(key) ?? (await readBuild(join(folder, key)));
      if (build === null) continue;
      known.set(key, build);
      builds.push(build);
    }
    return builds;
  };
}

async function readBuild(folder: string): Promise<DashboardBuild | null> {
  const manifest = await readJson<Omit<DashboardBuild, "folder">>(join(folder, "manifest.json"));
  return manifest === null ? null : { folder, ...manifest };
}

async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as T;
  } catch {
    // Not there yet, or just being replaced.
    return null;
  }
}
