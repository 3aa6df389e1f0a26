import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ObservedUnit, Runtime, UnitRun } from "@agentpod/core/runtime";
import type { ConformanceRig } from "../src/conformance/rig.ts";
import type { ProcessOptions } from "../src/process/context.ts";
import { processRuntime } from "../src/process/driver.ts";
import { processPaths } from "../src/process/paths.ts";
import { environmentOf, processTable } from "../src/process/processes.ts";

export interface ProcessRig extends ConformanceRig {
  stateDir: string;
}

/** The process driver in a folder of its own, with user ids that nobody else has. */
export async function processRig({
  programs = {},
  hide = [],
}: Partial<Pick<ProcessOptions, "programs" | "hide">> = {}): Promise<ProcessRig> {
  const base = await mkdtemp(join(tmpdir(), "agentpod-process-"));
  await chmod(base, 0o711);
  const stateDir = join(base, "pods");
  const paths = processPaths(stateDir);
  const root = process.getuid?.() === 0;

  return {
    stateDir,
    open: (context): Promise<Runtime> => processRuntime({ ...context, stateDir, programs, path: process.env.PATH ?? "", hide }),
    scope: () => ({ subnet: null, uid: root ? freeUid() : null }),
    complete: (run): UnitRun => ({
      ...run,
      image: "node:24-bookworm-slim",
      volumes: run.volumes.map((volume) => ({ ...volume, path: paths.volume(volume.id) })),
      env: { LISTEN: "127.0.0.1", PORT: String(run.ports[0]?.host), ...run.env },
      local: { argv: ["node", join(paths.code(run.id), "program.mjs")], env: {}, needs: ["node"] },
    }),
    execArgv: (run, args) => ["node", join(paths.code(run.id), "program.mjs"), ...args],
    async kill(unit: ObservedUnit) {
      process.kill(unit.pid ?? Number.NaN, "SIGKILL");
    },
    async leftovers(installation) {
      const mine = (home: string | undefined): boolean => {
        if (!home?.startsWith(`${stateDir}/`)) return false;
        const owner = installationOf(dirname(home));
        // A process or account whose pod is gone is left over, whoever's it was.
        return owner === null || owner === installation;
      };
      const accounts = readFileSync("/etc/passwd", "utf8")
        .split("\n")
        .map((line) => line.split(":"));
      return [
        ...(existsSync(stateDir) ? readdirSync(stateDir) : [])
          .filter((name) => !name.startsWith(".") && installationOf(join(stateDir, name)) === installation)
          .map((name) => `folder ${name}`),
        ...processTable()
          .filter((row) => !row.zombie && mine(environmentOf(row.pid)?.HOME))
          .map((row) => `process ${row.pid}`),
        ...accounts.filter((fields) => mine(fields[5])).map((fields) => `account ${fields[0]}`),
        ...["memory", "cpu", "pids", "cpuacct", "."]
          .map((name) => join("/sys/fs/cgroup", name, "agentpod", installation.slice(0, 8)))
          .filter((path) => existsSync(path)),
      ];
    },
    async close() {
      await rm(base, { recursive: true, force: true });
    },
  };
}

function installationOf(podDir: string): string | null {
  const record = join(podDir, "pod.json");
  return existsSync(record) ? JSON.parse(readFileSync(record, "utf8")).installation : null;
}

let nextUid = 0;

/** Tests that run at the same time must not share users. */
function freeUid(): number {
  const taken = new Set([
    ...processTable().map((row) => row.uid),
    ...readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .map((line) => Number(line.split(":")[2])),
  ]);
  do nextUid = nextUid === 0 ? 40_000 + ((process.pid * 97) % 20_000) : nextUid + 1;
  while (taken.has(nextUid));
  return nextUid;
}
