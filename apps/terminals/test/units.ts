import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TerminalRuntime } from "@agentpod/core/api/terminal-host";
import type { PodScope, Runtime, UnitId, UnitRun } from "@agentpod/core/runtime";
import { dockerRuntime } from "@agentpod/runtimes/docker/driver";
import { findEngine } from "@agentpod/runtimes/docker/find-engine";
import { processRuntime } from "@agentpod/runtimes/process/driver";

/** Real units to open terminals in, of one installation of their own. */
export interface Units {
  runtime: Runtime;
  /** What the host is told. */
  place: TerminalRuntime;
  /** One that does nothing but run. */
  start(): Promise<UnitId>;
  /** Ends the unit's run the hard way, behind everybody's back. */
  kill(id: UnitId): Promise<void>;
  close(): Promise<void>;
}

const nothing = (): never => {
  throw new Error("no artifacts here");
};

export async function processUnits(): Promise<Units> {
  const base = await mkdtemp(join(tmpdir(), "agentpod-terminals-"));
  await chmod(base, 0o711);
  const place = {
    kind: "process" as const,
    installation: randomUUID(),
    stateDir: join(base, "pods"),
    programs: {},
    path: process.env.PATH ?? "",
    hide: [],
  };
  const runtime = await processRuntime({ ...place, openArtifact: nothing });
  return unitsOf(runtime, place, {
    scope: { subnet: null, uid: process.getuid?.() === 0 ? 1_700_000_000 + process.pid * 10 : null },
    async kill(id) {
      const { units } = await runtime.observe([id.pod]);
      const run = units.find((one) => one.id.unit === id.unit);
      process.kill(run?.pid as number, "SIGKILL");
    },
    close: () => rm(base, { recursive: true, force: true }),
  });
}

/** Null where no engine answers and none was promised. */
export async function dockerUnits(): Promise<Units | null> {
  const { DOCKER_HOST, DOCKER_CERT_PATH, XDG_RUNTIME_DIR } = process.env;
  const found = await findEngine({ DOCKER_HOST, DOCKER_CERT_PATH, XDG_RUNTIME_DIR });
  if (!found && process.env.AGENTPOD_REQUIRE_DOCKER === "1")
    throw new Error("no container engine answers: run node scripts/engine/prepare.ts");
  if (!found) return null;
  const stateDir = await mkdtemp(join(tmpdir(), "agentpod-terminals-"));
  const place = { kind: "docker" as const, installation: randomUUID(), stateDir, engine: found.address };
  const runtime = await dockerRuntime({ ...place, engine: found.address, openArtifact: nothing });
  return unitsOf(runtime, place, {
    scope: { subnet: `10.${(process.pid % 100) + 130}.77.0/28`, uid: null },
    kill: (id) => runtime.stop(id, 0),
    close: () => rm(stateDir, { recursive: true, force: true }),
  });
}

interface Differences {
  scope: Pick<PodScope, "subnet" | "uid">;
  kill(id: UnitId): Promise<void>;
  close(): Promise<void>;
}

function unitsOf(runtime: Runtime, place: TerminalRuntime, { scope, kill, close }: Differences): Units {
  const pod = randomUUID();
  const started: UnitId[] = [];
  return {
    runtime,
    place,
    kill,
    async start() {
      const id = { pod, unit: `app${started.length}`, revision: "0123456789ab" };
      const run: UnitRun = {
        id,
        scope: { pod, tenant: "acme", name: "web", egress: "open", ...scope },
        hostname: id.unit,
        alias: id.unit,
        image: "debian:bookworm-slim",
        build: null,
        code: null,
        entrypoint: null,
        command: ["sleep", "infinity"],
        workdir: null,
        env: {},
        ports: [],
        volumes: [],
        resources: { cpus: 1, memoryMb: 256, pids: 200 },
        user: null,
        capabilities: [],
        readOnlyRoot: false,
        tmpfs: [],
        stopGraceSeconds: 0,
        stopSignal: null,
        local: { argv: ["sleep", "infinity"], env: {}, needs: [] },
      };
      started.push(id);
      await runtime.preparePod(run.scope);
      await runtime.prepareImage(run, () => undefined);
      await runtime.ensure(run);
      return id;
    },
    async close() {
      for (const id of started) await runtime.remove(id, 0);
      if (started.length > 0) await runtime.removePod(pod);
      await close();
    },
  };
}
