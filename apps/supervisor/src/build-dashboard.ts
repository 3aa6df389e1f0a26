import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * Builds the dashboard where its sources have changed since it was built last, beside what runs already. What it says is
 * passed on; that it failed is no reason to stop. Gives the function that ends it.
 */
export function buildDashboard(script: string, env: NodeJS.ProcessEnv, say: (line: string) => void): () => void {
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "pipe"], env });
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", say);
  child.on("error", (error) => say(`The dashboard could not be built: ${error.message}`));
  return () => void child.kill();
}
