import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, watch } from "node:fs";
import { join } from "node:path";
import { installMissing } from "./install-missing.ts";
import { tryRun } from "./run.ts";

const socket = "/var/run/docker.sock";
const state = "/var/lib/agentpod-engine";
const startLimitMs = 60_000;
const programs = [
  { program: "dockerd", package: "docker.io" },
  { program: "docker", package: "docker.io" },
  { program: "iptables", package: "iptables" },
];

/**
 * A Docker engine that answers: the one that is there, else (Debian, root) one from Debian's packages started by hand,
 * with its data below /var/lib/agentpod-engine; it outlives this process. Again: no effect. Throws when impossible.
 */
export async function ensureEngine(say: (line: string) => void): Promise<void> {
  const version = await answers();
  if (version) return say(`engine: ${version} answers`);
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error("No container engine answers, and one can only be installed here as root on Debian: install and start Docker.");
  }
  await installMissing(programs, (line) => say(`engine: ${line}`));
  say("engine: starting dockerd");
  await startEngine();
  say(`engine: ${await answers()} answers`);
}

async function answers(): Promise<string | null> {
  return (await tryRun("docker", ["version", "--format", "{{ .Server.Version }}"]))?.trim() || null;
}

async function startEngine(): Promise<void> {
  mkdirSync(state, { recursive: true });
  const log = join(state, "dockerd.log");
  const from = existsSync(log) ? readFileSync(log).length : 0;
  const out = openSync(log, "a");
  const child = spawn(
    "dockerd",
    ["--host", `unix://${socket}`, "--data-root", join(state, "data"), "--pidfile", join(state, "dockerd.pid")],
    {
      detached: true,
      stdio: ["ignore", out, out],
    },
  );
  closeSync(out);
  const tail = () => readFileSync(log).subarray(from).toString();
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(
      () => finish(new Error(`dockerd did not answer within ${startLimitMs / 1000} s:\n${tail().slice(-2000)}`)),
      startLimitMs,
    );
    // dockerd says when it listens: its log is what is waited on.
    const watcher = watch(log, () => {
      if (tail().includes("API listen on")) finish();
    });
    const finish = (error?: Error) => {
      clearTimeout(limit);
      watcher.close();
      child.removeAllListeners();
      if (error) reject(error);
      else resolve();
    };
    child.once("error", (cause) => finish(new Error(`dockerd could not be started: ${cause.message}`, { cause })));
    child.once("exit", (code) => finish(new Error(`dockerd ended with ${code}:\n${tail().slice(-2000)}`)));
  });
  child.unref();
}
