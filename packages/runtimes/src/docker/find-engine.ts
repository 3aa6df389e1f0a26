import { homedir } from "node:os";
import { join } from "node:path";
import { engineAt } from "./engine.ts";
import { type EngineAddress, formatEngineAddress, parseEngineAddress } from "./engine-address.ts";

/** What of the environment says where an engine is. */
export interface EngineEnvironment {
  DOCKER_HOST?: string | undefined;
  DOCKER_CERT_PATH?: string | undefined;
  XDG_RUNTIME_DIR?: string | undefined;
}

export interface FoundEngine {
  address: EngineAddress;
  /** `unix:///var/run/docker.sock` and the like. */
  where: string;
  /** E.g. `20.10.24`. */
  version: string;
  podman: boolean;
}

interface Version {
  Version: string;
  Components?: { Name: string }[];
}

const answerLimitMs = 3000;

/**
 * The first engine that answers: DOCKER_HOST alone when it is set, else the usual sockets of Docker and Podman; null
 * when none does. Throws `invalid` for a DOCKER_HOST that is no address.
 */
export async function findEngine(environment: EngineEnvironment): Promise<FoundEngine | null> {
  for (const address of engineCandidates(environment)) {
    const found = await askEngine(address);
    if (found) return found;
  }
  return null;
}

/** What this engine is, or null when it does not answer within three seconds. */
export async function askEngine(address: EngineAddress): Promise<FoundEngine | null> {
  try {
    const version = await engineAt(address).call<Version>("GET", "/version", { timeoutMs: answerLimitMs });
    const podman = version.Components?.some((part) => part.Name === "Podman Engine") ?? false;
    return { address, where: formatEngineAddress(address), version: version.Version, podman };
  } catch {
    return null;
  }
}

/** In the order in which they are tried. */
export function engineCandidates({ DOCKER_HOST, DOCKER_CERT_PATH, XDG_RUNTIME_DIR }: EngineEnvironment): EngineAddress[] {
  if (DOCKER_HOST) return [parseEngineAddress(DOCKER_HOST, DOCKER_CERT_PATH)];
  const paths = [
    "/var/run/docker.sock",
    join(homedir(), ".docker/run/docker.sock"),
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, "docker.sock"), join(XDG_RUNTIME_DIR, "podman/podman.sock")] : []),
    "/run/podman/podman.sock",
  ];
  return paths.map((path) => ({ kind: "unix", path }));
}
