// `npm run check`: everything that needs no engine, in under a minute: format and lint, fences, types, the tests of the
// pure core and of these scripts. Prints one line per check, the output of those that failed, and exits 1 with any.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";

const root = dirname(import.meta.dirname);
const bin = join(root, "node_modules", ".bin");
const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
// Turborepo runs the packages' scripts through pnpm, which the bootstrap has in npm's cache.
const turbo = ["npm", "exec", "--yes", "--prefer-offline", "--package=pnpm@12.21.0", "--", "turbo"];

const checks: Record<string, string[]> = {
  "format and lint": [join(bin, "biome"), "ci", "--colors=off", "--max-diagnostics=40"],
  fences: [process.execPath, join(root, "scripts", "check-fences.ts")],
  types: [...turbo, "run", "typecheck", "--continue", "--output-logs=errors-only"],
  "types of scripts": [join(bin, "tsc"), "-p", join(root, "scripts")],
  "core tests": [process.execPath, vitest, "run", "--root", join(root, "packages", "core")],
  "script tests": [process.execPath, vitest, "run", "--config", join(root, "scripts", "vitest.config.ts")],
};

interface Result {
  name: string;
  passed: boolean;
  seconds: number;
  output: string;
}

async function check(name: string, [command = "", ...args]: string[]): Promise<Result> {
  const start = performance.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
  });
  const ended = new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === 0));
  });
  const [passed, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { name, passed, seconds: (performance.now() - start) / 1000, output: out + err };
}

/** Two at a time: more only get in each other's way on a small machine. */
async function checkAll(): Promise<Result[]> {
  const queue = Object.entries(checks);
  const results: Result[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) results.push(await check(...next));
  };
  await Promise.all([worker(), worker()]);
  return results;
}

const results = await checkAll();
const failed = results.filter((result) => !result.passed);
for (const { name, output } of failed) console.log(`── ${name} ──\n${output.trim()}\n`);
for (const { name, passed, seconds } of results) console.log(`${passed ? "passed" : "FAILED"}  ${name} (${seconds.toFixed(1)} s)`);
console.log(failed.length === 0 ? "All checks passed." : `${failed.length} of ${results.length} checks failed.`);
process.exit(failed.length === 0 ? 0 : 1);
