import type { TestProject } from "vitest/node";
import { startTestPostgres } from "../src/testing/test-postgres.ts";

/** One real PostgreSQL for the whole run; every test file makes a database of its own on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestPostgres();
  project.provide("serverUrl", server.ownerUrl);
  return () => server.stop();
}

declare module "vitest" {
  interface ProvidedContext {
    serverUrl: string;
  }
}
