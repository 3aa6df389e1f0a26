import { AppError } from "@agentpod/core/errors";
import type { Runtime, RuntimeContext } from "@agentpod/core/runtime";
import { installBinaries } from "@agentpod/db/embedded/binaries";
import type { Home } from "@agentpod/host/home";
import type { Settings } from "@agentpod/host/settings";
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

/** The runtime that was asked for, or the best that answers. Drivers are loaded only when chosen: each costs memory. */
export async function chooseRuntime(choice: RuntimeChoice): Promise<Runtime> {
  const { settings } = choice;
  switch (settings.runtime) {
    case "docker":
      return (await docker(choice)) ?? refuse();
    case "process":
      return local(choice);
    case "memory":
      return (await import("@agentpod/runtimes/memory/driver")).memoryRuntime(choice.context, { listen: true });
    case "auto":
      return (await docker(choice)) ?? local(choice);
  }
}

function refuse(): never {
  throw new AppError(
    "unavailable",
    "Pods are to run on docker (AGENTPOD_RUNTIME, or because they do already), and no engine answers: start Docker or Podman, or set DOCKER_HOST.",
  );
}

async function docker({ context, settings, engineEnvironment }: RuntimeChoice): Promise<Runtime | null> {
  const { findEngine } = await import("@agentpod/runtimes/docker/find-engine");
  const engine = await findEngine(engineEnvironment);
  if (!engine) return null;
  const { dockerRuntime } = await import("@agentpod/runtimes/docker/driver");
  return dockerRuntime({
    ...context,
    engine: engine.address,
    extraCa: settings.extraCa,
    registryMirrors: settings.registryMirrors,
    registryCredentials: settings.registryCredentials === null ? {} : readRegistryCredentials(settings.registryCredentials),
    allowed: [{ host: "0.0.0.0", port: settings.port }],
  });
}

async function local({ context, home, searchPath }: RuntimeChoice): Promise<Runtime> {
  const { processRuntime } = await import("@agentpod/runtimes/process/driver");
  const { bin } = await installBinaries(home.postgres);
  return processRuntime({ ...context, programs: { postgres: bin }, path: searchPath, hide: [home.root] });
}
