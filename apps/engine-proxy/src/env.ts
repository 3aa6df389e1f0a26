import { AppError } from "@agentpod/core/errors";
import { parseSettings } from "@agentpod/host/settings";
import { label } from "@agentpod/runtimes/docker/names";

export interface ProxySettings {
  /** Unix socket that the control plane talks to; the folder is the proxy's own. */
  listen: string;
  /** Unix socket of the engine. */
  engine: string;
  /** Where the installation is noted that this proxy serves. */
  stateDir: string;
  /** Where the networks of pods may lie. */
  subnets: string;
  /** The one image that may set the firewall; null: none. */
  firewallImage: string | null;
  /** Label `key=value` of AgentPod's own containers, which may join pods' networks; null: none may. */
  attach: string | null;
  /** Host name of this container, by which the engine knows it; null: not in a container. */
  ownContainer: string | null;
}

/** The environment, read once and here alone. Throws `invalid` with all that is wrong. */
export function proxySettings(env: Record<string, string | undefined> = process.env): ProxySettings {
  const { subnets, firewallImage, attach } = parseSettings(env);
  const needed = (name: string): string => {
    const value = env[name];
    if (!value) throw new AppError("invalid", `${name} must be set for the engine proxy.`);
    return value;
  };
  return {
    listen: needed("AGENTPOD_PROXY_LISTEN"),
    engine: env.AGENTPOD_PROXY_ENGINE || "/var/run/docker.sock",
    stateDir: needed("AGENTPOD_PROXY_STATE"),
    subnets,
    firewallImage,
    attach: attach === null ? null : `${label.attach}=${attach}`,
    ownContainer: attach === null ? null : (env.HOSTNAME ?? null),
  };
}
