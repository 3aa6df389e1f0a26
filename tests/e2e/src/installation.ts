import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Client, createClient } from "@agentpod/client/create-client";
import type { Store } from "@agentpod/core/store";
import { readCredentials } from "@agentpod/host/credentials";
import { freePort } from "@agentpod/host/free-port";
import { type Home, homeAt } from "@agentpod/host/home";
import { processFile, readLivingProcess } from "@agentpod/host/process-file";
import { request } from "undici";
import { removeInstallation } from "./engine.ts";
import { inStore } from "./in-store.ts";
import { removeProcessPods } from "./traces.ts";

export const root = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** A whole AgentPod of its own, started as its user would: supervisor, database, gateway, server; driven by the CLI. */
export interface Installation {
  home: Home;
  port: number;
  /** First and last loopback port that its units get. */
  ports: [number, number];
  /** Where the networks of its pods are taken from. */
  subnets: string;
  /** User ids that its process pods get. */
  uids: { from: number; to: number };
  /** Its id, as in the labels of everything it makes. */
  id(): string;
  /** Everything `npm start` printed so far. */
  output(): string;
  /** Starts it and resolves at "AgentPod is ready". */
  start(extra?: Record<string, string>): Promise<void>;
  /** TERM to the supervisor; resolves with its exit code. */
  stop(): Promise<number | null>;
  cli(...args: string[]): Promise<CliResult>;
  /** The CLI with more in its environment. */
  cliWith(extra: Record<string, string>, ...args: string[]): Promise<CliResult>;
  /** A file for `--spec` and the like, in its home; gives the path. */
  specFile(content: unknown): Promise<string>;
  /** CLI with `-o json`; throws when it fails. */
  json<T>(...args: string[]): Promise<T>;
  /** Through the front door; GET unless said otherwise. */
  get(host: string, path?: string, options?: { method: "POST"; body: string }): Promise<{ status: number; body: string }>;
  pid(name: "supervisor" | "server" | "gateway" | "postgres" | "terminals"): number;
  /** KILL, as a power cut would. */
  kill(name: "supervisor" | "server" | "gateway" | "postgres" | "terminals"): void;
  /** The server kills itself at each of these points, once: see the server's crash-point.ts. */
  crashAt(...points: string[]): Promise<void>;
  /** Points that were not come by yet. */
  pendingCrashes(): string[];
  /** The API through the front door, as the CLI of this machine. */
  client(): Client;
  /** Looks into its database, as its system role. */
  inStore<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Ends all of it, its pods too, and leaves nothing: whatever state it is in, without asking it. Process pods are known by their users, so as root alone. */
  destroy(): Promise<void>;
}

let block = 0;

/** Makes an installation in an empty home; nothing runs yet. */
export async function makeInstallation(
  runtime: "process" | "docker" | "memory",
  environment: Record<string, string> = {},
): Promise<Installation> {
  // A path that a pod's own user can walk to.
  const home = homeAt(await mkdtemp("/tmp/ap-e2e-"));
  const port = await freePort();
  const crashFile = join(home.root, "crash-at");
  // Runs at the same time, of other checkouts say, seldom meet: what is taken is then another's, and is gone around.
  const slot = (process.pid + block++) % 20;
  const ports: [number, number] = [20_000 + slot * 400, 20_399 + slot * 400];
  const subnets = `10.${214 + slot}.0.0/16`;
  const firstUid = 1_900_010_000 + ((process.pid % 10_000) * 20 + (block % 20)) * 100;
  const uids = { from: firstUid, to: firstUid + 99 };
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    AGENTPOD_HOME: home.root,
    AGENTPOD_PORT: String(port),
    AGENTPOD_RUNTIME: runtime,
    AGENTPOD_PORTS: ports.join("-"),
    AGENTPOD_PUBLIC_PORTS: `${31_000 + slot * 100}-${31_099 + slot * 100}`,
    AGENTPOD_SUBNETS: subnets,
    AGENTPOD_UIDS: `${uids.from}-${uids.to}`,
    AGENTPOD_CRASH_FILE: crashFile,
    // Tests of the dashboard ask for it; all others need no build.
    AGENTPOD_DASHBOARD: "none",
    ...environment,
  };
  let child: ChildProcess | null = null;
  let printed = "";
  const file = (name: string): string => processFile(home.run, name);
  const pidOf = (name: string): number => {
    const found = readLivingProcess(file(name));
    if (!found) throw new Error(`${name} does not run`);
    return found.pid;
  };

  const installation: Installation = {
    home,
    port,
    ports,
    subnets,
    uids,
    id() {
      const found = installationIn(home);
      if (!found) throw new Error("the server never served");
      return found;
    },
    output: () => printed,
    async start(extra = {}) {
      const started = spawn(process.execPath, [join(root, "apps/supervisor/src/main.ts")], {
        env: { ...env, ...extra },
        stdio: ["ignore", "pipe", "pipe"],
      });
      child = started;
      await new Promise<void>((resolve, reject) => {
        const read = (line: string): void => {
          printed += `${line}\n`;
          if (line.startsWith("AgentPod is ready: ")) resolve();
        };
        createInterface(started.stdout).on("line", read);
        createInterface(started.stderr).on("line", read);
        started.once("exit", (code) => reject(new Error(`the supervisor ended with ${code}:\n${printed}`)));
      });
    },
    stop: () => endOf(child, "SIGTERM"),
    cli: (...args) => runCli(args, env),
    cliWith: (extra, ...args) => runCli(args, { ...env, ...extra }),
    async specFile(content) {
      const path = join(home.root, `${randomUUID()}.json`);
      await writeFile(path, JSON.stringify(content));
      return path;
    },
    async json(...args) {
      const { code, stdout, stderr } = await runCli([...args, "-o", "json"], env);
      if (code !== 0) throw new Error(`agentpod ${args.join(" ")} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    get: (host, path = "/", options) => get(port, host, path, options),
    pid: pidOf,
    kill: (name) => void process.kill(pidOf(name), "SIGKILL"),
    crashAt: (...points) => writeFile(crashFile, points.join("\n")),
    pendingCrashes: () => (existsSync(crashFile) ? readFileSync(crashFile, "utf8").split("\n") : []),
    client() {
      const found = readCredentials(home.keys);
      if (!found) throw new Error("it never started: there are no credentials");
      return createClient({ baseUrl: found.url, token: found.token });
    },
    inStore: (work) => inStore(home, env, work),
    async destroy() {
      await endOf(child, "SIGTERM");
      for (const name of ["server", "gateway", "terminals", "postgres"]) {
        const left = readLivingProcess(file(name));
        if (left) process.kill(left.pid, "SIGKILL");
      }
      const id = installationIn(home);
      if (id && runtime === "docker") removeInstallation(id);
      if (id && runtime === "process") await removeProcessPods(id, uids);
      for (const path of [home.root, home.pods, home.postgres, home.sockets]) await rm(path, { recursive: true, force: true });
    },
  };
  return installation;
}

/** Null when its server never served. */
function installationIn(home: Home): string | null {
  const log = join(home.logs, "server.log");
  return (existsSync(log) && /"installation":"([0-9a-f-]{36})"/.exec(readFileSync(log, "utf8"))?.[1]) || null;
}

async function endOf(child: ChildProcess | null, signal: NodeJS.Signals): Promise<number | null> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.kill(signal);
  });
}

function runCli(args: string[], env: NodeJS.ProcessEnv): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, "agentpod"), args, { env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 255, stdout, stderr }));
  });
}

async function get(
  port: number,
  host: string,
  path: string,
  options: { method?: "POST"; body?: string } = {},
): Promise<{ status: number; body: string }> {
  const headers = { host: `${host}:${port}`, ...(options.body !== undefined && { "content-type": "application/json" }) };
  const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, { ...options, headers, headersTimeout: 30_000 });
  return { status: statusCode, body: await body.text() };
}
