import { isRoot } from "@agentpod/host/home";
import type { Engine } from "./engine.ts";

/** What the driver needs to know of an engine before it makes anything. */
export interface Survey {
  version: string;
  podman: boolean;
  /** Memory, CPU and process limits hold. */
  limits: boolean;
  /** Published ports are on this machine's loopback. */
  local: boolean;
  /** Its bridges are interfaces of this machine, and we may set its firewall. */
  firewallHere: boolean;
  /** Of the engine's machine; null: it does not say. */
  cores: number | null;
  notes: string[];
}

interface Info {
  ServerVersion?: string;
  OperatingSystem?: string;
  MemoryLimit?: boolean;
  CpuCfsQuota?: boolean;
  NCPU?: number;
  PidsLimit?: boolean;
  SecurityOptions?: string[];
}

interface Version {
  Components?: { Name: string }[];
}

/** Asks the engine. Throws `unavailable` when it does not answer. */
export async function surveyEngine(engine: Engine): Promise<Survey> {
  const [info, version] = await Promise.all([engine.call<Info>("GET", "/info"), engine.call<Version>("GET", "/version")]);
  const podman = version.Components?.some((part) => part.Name === "Podman Engine") ?? false;
  const rootless = info.SecurityOptions?.some((option) => option.includes("rootless")) ?? false;
  const desktop = /docker desktop/i.test(info.OperatingSystem ?? "");
  const limits = info.MemoryLimit !== false && info.CpuCfsQuota !== false && info.PidsLimit !== false;
  const local =
    engine.address.kind === "unix" || (engine.address.kind === "tcp" && ["localhost", "127.0.0.1", "::1"].includes(engine.address.host));
  const notes = limits ? [] : ["The engine cannot enforce memory, CPU or process limits (missing cgroup controllers)."];
  return {
    version: info.ServerVersion ?? "unknown",
    podman,
    limits,
    local,
    firewallHere: process.platform === "linux" && engine.address.kind === "unix" && isRoot() && !podman && !rootless && !desktop,
    cores: info.NCPU ?? null,
    notes,
  };
}
