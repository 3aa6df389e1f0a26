// Runs on any Node >= 20 with nothing installed: brings in the locked dependencies (Node 24 among them) when
// they are missing or older than the lockfile, then hands over to that Node. Plain JavaScript for that reason.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@12.21.0";
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".agentpod-lock");
const lock = createHash("sha256")
  .update(readFileSync(join(root, "pnpm-lock.yaml")))
  .digest("hex");

if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
  process.stderr.write("Installing dependencies (once, about a minute)…\n");
  const args = ["exec", "--yes", `--package=${PNPM}`, "--", "pnpm", "install", "--frozen-lockfile", "--silent"];
  const install = spawnSync(process.platform === "win32" ? "npm.cmd" : "npm", args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, CI: "true" },
  });
  if (install.status !== 0) {
    process.stderr.write("ERROR unavailable: dependencies could not be installed; is the npm registry reachable?\n");
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

const [script, ...args] = process.argv.slice(2);
// Compiled code is kept: what runs needs no type stripper in memory, and starts faster.
const env = { NODE_COMPILE_CACHE: join(modules, ".agentpod-cache"), ...process.env };
const child = spawn(join(modules, ".bin", "node"), [join(root, script), ...args], { cwd: root, stdio: "inherit", env });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
