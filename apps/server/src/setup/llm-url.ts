import { proxyAddress } from "@agentpod/core/proxy-address";
import type { RuntimeKind } from "@agentpod/core/runtime";
import type { Settings } from "@agentpod/host/settings";
import { doorAlias } from "@agentpod/runtimes/docker/names";
import { localUrlOf } from "./addresses.ts";

/**
 * Where a pod finds the LLM proxy: as set, else by the front door. On a container engine that is this machine's address on the
 * pod's own network, or the gateway's container there. No public name, DNS or certificate is needed for it.
 */
export function llmUrlOf(
  settings: Pick<Settings, "callbackUrl" | "attach" | "port" | "listen">,
  kind: RuntimeKind,
  subnet: string | null,
): string {
  return `${doorOf(settings, kind, subnet)}/llm`;
}

function doorOf({ callbackUrl, attach, port, listen }: Parameters<typeof llmUrlOf>[0], kind: RuntimeKind, subnet: string | null): string {
  if (callbackUrl !== null) return callbackUrl;
  if (kind === "docker" && attach !== null) return `http://${doorAlias}:${port}`;
  if (kind === "docker" && subnet !== null) return `http://${proxyAddress({ addressing: "names" }, subnet)}:${port}`;
  // By number: not every program looks `localhost` up at IPv4 first.
  return localUrlOf({ listen, port }).replace("//localhost:", "//127.0.0.1:");
}
