import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { docker } from "./engine.ts";

/** A container engine of its own, that a test may kill without anybody else's containers noticing. */
export interface PrivateEngine {
  /** For DOCKER_HOST. */
  host: string;
  docker(...args: string[]): string;
  /** Resolves once it answers. */
  start(): Promise<void>;
  /** KILL to the engine and its containerd, as a power cut would; containers' own processes live on until it is back. */
  kill(): void;
  destroy(): Promise<void>;
}

/** Whether an engine can be started here: only root may, and its program must be there. */
export function canStartEngine(): boolean {
  return process.getuid?.() === 0 && spawnSync("dockerd", ["--version"]).status === 0;
}

/** Makes one with these images of the machine's own engine; nothing runs yet. */
export async function makePrivateEngine(): Promise<PrivateEngine> {
  const folder = await mkdtemp("/tmp/ap-e2e-engine-");
  const host = `unix://${folder}/engine.sock`;
  const pidFiles = [join(folder, "engine.pid"), join(folder, "exec/containerd/containerd.pid")];
  // Told to do without a bridge, an engine would take away that of the machine's own engine.
  const bridge = `ap-e2e-${process.pid % 10_000}`;
  const signal = (kind: NodeJS.Signals): void => {
    for (const file of pidFiles) if (existsSync(file)) process.kill(Number(readFileSync(file, "utf8")), kind);
  };
  const answers = (): boolean => spawnSync("docker", ["-H", host, "version"]).status === 0;
  return {
    host,
    docker: (...args) => docker("-H", host, ...args),
    async start() {
      for (const file of pidFiles) await rm(file, { force: true });
      const place = ["--data-root", join(folder, "data"), "--exec-root", join(folder, "exec"), "--pidfile", join(folder, "engine.pid")];
      // No rules of its own: those of the machine's engine stay as they are.
      const apart = ["--bridge", bridge, "--iptables=false", "--host", host];
      if (!existsSync(`/sys/class/net/${bridge}`)) {
        ip("link", "add", bridge, "type", "bridge");
        ip("address", "add", "198.18.7.1/28", "dev", bridge);
        ip("link", "set", bridge, "up");
      }
      spawn("dockerd", [...place, ...apart], { stdio: "ignore", detached: true }).unref();
      for (let tries = 0; !answers(); tries++) {
        if (tries > 300) throw new Error("the private engine does not answer");
        await delay(100);
      }
    },
    kill: () => signal("SIGKILL"),
    async destroy() {
      const containers = answers() ? docker("-H", host, "ps", "-aq").split("\n").filter(Boolean) : [];
      if (containers.length > 0) docker("-H", host, "rm", "-f", ...containers);
      signal("SIGTERM");
      while (answers() || existsSync(pidFiles[0] as string)) await delay(100);
      ip("link", "delete", bridge);
      unmountBelow(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function ip(...args: string[]): void {
  const done = spawnSync("ip", args, { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`ip ${args.join(" ")}: ${done.stderr}`);
}

/** What an engine that was killed has left mounted. */
function unmountBelow(folder: string): void {
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((path) => path.startsWith(`${folder}/`));
  for (const path of mounts.reverse()) spawnSync("umount", ["-l", path]);
}

/** Copies an image of the machine's engine to another one. */
export function copyImage(image: string, to: PrivateEngine): Promise<void> {
  return new Promise((resolve, reject) => {
    const save = spawn("docker", ["save", image], { stdio: ["ignore", "pipe", "inherit"] });
    const load = spawn("docker", ["-H", to.host, "load"], { stdio: [save.stdout, "ignore", "inherit"] });
    load.once("error", reject);
    load.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`docker load ended with ${code}`))));
  });
}
