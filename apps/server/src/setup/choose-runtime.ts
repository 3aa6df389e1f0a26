import type { TerminalRuntime } from "@agentpod/core/api/terminal-host";
import { AppError } from "@agentpod/core/errors";
import type { Runtime, RuntimeContext } from "@agentpod/core/runtime";
import { installBinaries } from "@agentpod/db/embedded/binaries";
import type { Home } from "@agentpod/host/home";
import type { Settings } from "@agentpod/host/settings";
import type { EngineAddress } from "@agentpod/runtimes/docker/engine-address";
import type { EngineEnvironment } from "@agentpod/runtimes/docker/find-engine";
import { readRegistryCredentials } from "./registry-credentials.ts";

export interface RuntimeChoice {
  context: RuntimeContext;
  settings: Settings;
  home: Home;
  engineEnvironment: EngineEnvironment;
  /** PATH, for programs of this machine that process pods need. */
  searchPath: string;
}

/** The runtime, and where the terminal host finds its units. */
export interface ChosenRuntime {
  runtime: Runtime;
  place: TerminalRuntime;
}

/** The runtime that was asked for, or the best that answers. Drivers are loaded only when chosen: each costs memory. */
export async function chooseRuntime(choice: RuntimeChoice): Promise<ChosenRuntime> {
  const { settings } = choice;
  switch (settings.runtime) {
    case "docker":
      return docker(choice, await engineAddress(choice.engineEnvironment));
    case "process":
      return local(choice);
    case "memory":
      return {
        runtime: await (await import("@agentpod/runtimes/memory/driver")).memoryRuntime(choice.context, { listen: true }),
        place: { kind: "none" },
      };
    case "auto":
      return bestRuntime(choice);
  }
}

/** Where the engine answers, or is expected to: with it away the API serves, says so, and goes on when it is back. */
async function engineAddress(environment: EngineEnvironment): Promise<EngineAddress> {
  const { engineCandidates, findEngine } = await import("@agentpod/runtimes/docker/find-engine");
  const found = await findEngine(environment);
  const [usual] = engineCandidates(environment);
  if (!found && !usual) throw new AppError("invalid", "There is no place to look for a container engine: set DOCKER_HOST.");
  return found?.address ?? (usual as EngineAddress);
}

async function bestRuntime(choice: RuntimeChoice): Promise<ChosenRuntime> {
  const { findEngine } = await import("@agentpod/runtimes/docker/find-engine");
  const found = await findEngine(choice.engineEnvironment);
  return found ? docker(choice, found.address) : local(choice);
}

async function docker({ context, settings }: RuntimeChoice, engine: EngineAddress): Promise<ChosenRuntime> {
  const { dockerRuntime } = await import("@agentpod/runtimes/docker/driver");
  const { installation, stateDir } = context;
  const runtime = await dockerRuntime({
    ...context,
    engine,
    extraCa: settings.extraCa,
    registryMirrors: settings.registryMirrors,
    registryCredentials: settings.registryCredentials === null ? {} : readRegistryCredentials(settings.registryCredentials),
    attach: settings.attach,
    firewallImage: settings.firewallImage,
    resolvConf: settings.resolvConf,
    allowed: [{ host: "0.0.0.0", port: settings.port }],
  });
  return { runtime, place: { kind: "docker", installation, stateDir, engine } };
}

async function local({ context, home, searchPath }: RuntimeChoice): Promise<ChosenRuntime> {
  const { processRuntime } = await import("@agentpod/runtimes/process/driver");
  const { bin } = await installBinaries(home.postgres);
  const { installation, stateDir } = context;
  const own = { programs: { postgres: bin }, path: searchPath, hide: [home.root] };
  return { runtime: await processRuntime({ ...context, ...own }), place: { kind: "process", installation, stateDir, ...own } };
}
