import type { AdoptedUnit } from "@agentpod/core/adopt";
import type { TerminalRuntime } from "@agentpod/core/api/terminal-host";
import { AppError } from "@agentpod/core/errors";
import type { Runtime } from "@agentpod/core/runtime";

/** Another instance of the driver that the server has, for its `exec` and `observe` alone. Loaded when a terminal is opened: it costs memory. */
export async function runtimeAt(place: TerminalRuntime, adopted: () => Promise<readonly AdoptedUnit[]>): Promise<Runtime> {
  const openArtifact = (): never => {
    throw new AppError("internal", "the terminal host starts no units");
  };
  switch (place.kind) {
    case "docker": {
      const { dockerRuntime } = await import("@agentpod/runtimes/docker/driver");
      const { installation, stateDir, engine } = place;
      const at = engine as Parameters<typeof dockerRuntime>[0]["engine"];
      return dockerRuntime({ installation, stateDir, openArtifact, adopted, engine: at });
    }
    case "process": {
      const { processRuntime } = await import("@agentpod/runtimes/process/driver");
      return processRuntime({ ...place, openArtifact });
    }
    case "none":
      throw new AppError("invalid", "pods of this runtime are simulated: there is nothing to open a terminal in");
  }
}
