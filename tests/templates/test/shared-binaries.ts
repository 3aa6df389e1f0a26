import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where PostgreSQL's programs are copied to, once for all tests. */
    binaries: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "agentpod-binaries-"));
  await chmod(folder, 0o755);
  project.provide("binaries", folder);
  return () => rm(folder, { recursive: true });
}
