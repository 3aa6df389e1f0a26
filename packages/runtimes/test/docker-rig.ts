import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PodScope } from "@agentpod/core/runtime";
import type { ConformanceRig } from "../src/conformance/rig.ts";
import { dockerRuntime } from "../src/docker/driver.ts";
import type { DockerOptions } from "../src/docker/driver-context.ts";
import { engineAt } from "../src/docker/engine.ts";
import type { EngineAddress } from "../src/docker/engine-address.ts";
import { isStatus } from "../src/docker/engine-error.ts";
import { type FoundEngine, findEngine } from "../src/docker/find-engine.ts";
import { installationTag, label } from "../src/docker/names.ts";

/** Where CI promises an engine, a test without one fails; elsewhere it is reported as skipped. */
export async function engineForTests(): Promise<FoundEngine | null> {
  const { DOCKER_HOST, DOCKER_CERT_PATH, XDG_RUNTIME_DIR } = process.env;
  const found = await findEngine({ DOCKER_HOST, DOCKER_CERT_PATH, XDG_RUNTIME_DIR });
  if (!found && process.env.AGENTPOD_REQUIRE_DOCKER === "1") {
    throw new Error("AGENTPOD_REQUIRE_DOCKER=1, but no container engine answers: run node scripts/engine/prepare.ts");
  }
  return found;
}

/** What the conformance suite asks of a container that somebody else started. */
const foreignProgram = `
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
require("node:http").createServer((request, response) => {
  if (request.url === "/write") writeFileSync("/data/mark", "kept");
  response.end(request.url === "/" ? process.env.GREETING : existsSync("/data/mark") ? readFileSync("/data/mark") : "absent");
}).listen(8080, "0.0.0.0");
process.on("SIGTERM", () => process.exit(0));
`;

let nextSubnet = 0;

/** Private networks of a range that AgentPod's own default does not use, one after another. */
export function freeSubnet(): string {
  // Test files run in processes of their own.
  const block = (process.pid % 200) + 20;
  const n = nextSubnet++;
  return `10.${block}.${n >> 4}.${(n & 15) << 4}/28`;
}

export async function dockerRig(engine: EngineAddress, more: Partial<DockerOptions> = {}): Promise<ConformanceRig> {
  const stateDir = await mkdtemp(join(tmpdir(), "agentpod-docker-"));
  const api = engineAt(engine);
  return {
    open: (context) => dockerRuntime({ ...context, stateDir, engine, ...more }),
    scope: (): Pick<PodScope, "subnet" | "uid"> => ({ subnet: freeSubnet(), uid: null }),
    complete: (run) => ({
      ...run,
      image: run.image ?? "node:24-bookworm-slim",
      command: run.command ?? ["node", "/app/program.mjs"],
      env: { LISTEN: "0.0.0.0", PORT: String(run.ports[0]?.container ?? 0), ...run.env },
    }),
    execArgv: (_run, args) => ["node", "/app/program.mjs", ...args],
    kill: async (unit) => void (await api.call("POST", `/containers/${unit.containerId}/kill`, { query: { signal: "KILL" } })),
    async startForeign() {
      const name = `agentpod-test-by-hand-${randomUUID().slice(0, 8)}`;
      const folder = await mkdtemp(join(stateDir, "folder-"));
      const body = {
        Image: "node:24-bookworm-slim",
        Cmd: ["node", "-e", foreignProgram],
        Env: ["GREETING=found"],
        ExposedPorts: { "8080/tcp": {} },
        HostConfig: { Binds: [`${folder}:/data`], RestartPolicy: { Name: "always" } },
      };
      await api.call("POST", "/containers/create", { query: { name }, body });
      await api.call("POST", `/containers/${name}/start`);
      return name;
    },
    async removeContainer(container) {
      await api.call("DELETE", `/containers/${container}`, { query: { force: true, v: true } }).catch((error: unknown) => {
        if (!isStatus(error, 404)) throw error;
      });
    },
    async leftovers(installation) {
      const query = { filters: JSON.stringify({ label: [`${label.installation}=${installation}`] }) };
      const containers = await api.call<{ Names: string[] }[]>("GET", "/containers/json", { query: { ...query, all: true } });
      const networks = await api.call<{ Name: string }[]>("GET", "/networks", { query });
      const { Volumes } = await api.call<{ Volumes: { Name: string }[] | null }>("GET", "/volumes", { query });
      const images = await api.call<{ RepoTags: string[] | null }[]>("GET", "/images/json", { query });
      return [
        ...containers.map((one) => `container ${one.Names.join()}`),
        ...networks.map((one) => `network ${one.Name}`),
        ...(Volumes ?? []).map((one) => `volume ${one.Name}`),
        ...images.map((one) => `image ${one.RepoTags?.join()}`),
        ...firewallRulesOf(installation),
      ];
    },
    close: () => rm(stateDir, { recursive: true, force: true }),
  };
}

/** Lines of the machine's firewall that name an installation; none where we may not look. */
export function firewallRulesOf(installation: string): string[] {
  if (process.getuid?.() !== 0) return [];
  return ["iptables", "ip6tables"]
    .flatMap((program) => execFileSync(`${program}-save`, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n"))
    .filter((line) => line.includes(`AGENTPOD-${installationTag(installation)}`));
}
