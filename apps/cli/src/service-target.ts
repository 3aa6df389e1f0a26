import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AppError } from "@agentpod/core/errors";
import { homeAt, isRoot } from "@agentpod/host/home";
import type { CliEnv } from "./env.ts";
import { launchdPlist, type ServiceFacts, systemdUnit } from "./service-unit.ts";

/** Where the service's unit lies and which commands work it. */
export interface ServiceTarget {
  kind: "systemd" | "launchd";
  scope: "system" | "user";
  path: string;
  content: string;
  start: string[][];
  stop: string[][];
  status: string[];
}

const label = "dev.agentpod";

/** Throws `invalid` on a system without systemd and launchd, `forbidden` for the system scope without root. */
export function serviceTarget(asked: "system" | "user" | undefined, env: Pick<CliEnv, "boot" | "home">): ServiceTarget {
  const scope = asked ?? (isRoot() ? "system" : "user");
  const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
  const facts: ServiceFacts = {
    root,
    // Not the path of the binary itself: that one changes with every new version of Node.
    node: join(root, "node_modules/.bin/node"),
    home: homeAt(env.home).root,
    environment: env.boot,
    scope,
  };
  if (process.platform === "linux") return systemdTarget(facts);
  if (process.platform === "darwin") return launchdTarget(facts);
  throw new AppError("invalid", `there is no service for ${process.platform}; start AgentPod with npm start`);
}

/** Throws `forbidden` where changing the service needs root. */
export function requireServiceRights(target: ServiceTarget): void {
  if (target.scope === "system" && !isRoot()) {
    throw new AppError("forbidden", "the service of the machine needs root; use sudo, or --scope user");
  }
}

function systemdTarget(facts: ServiceFacts): ServiceTarget {
  const user = facts.scope === "user";
  const folder = user ? join(homedir(), ".config/systemd/user") : "/etc/systemd/system";
  const systemctl = (...args: string[]) => ["systemctl", ...(user ? ["--user"] : []), ...args];
  return {
    kind: "systemd",
    scope: facts.scope,
    path: join(folder, "agentpod.service"),
    content: systemdUnit(facts),
    start: [systemctl("daemon-reload"), systemctl("enable", "--now", "agentpod.service"), ...(user ? [["loginctl", "enable-linger"]] : [])],
    stop: [systemctl("disable", "--now", "agentpod.service"), systemctl("daemon-reload")],
    status: systemctl("is-active", "agentpod.service"),
  };
}

function launchdTarget(facts: ServiceFacts): ServiceTarget {
  const user = facts.scope === "user";
  const domain = user ? `gui/${process.getuid?.() ?? 0}` : "system";
  const path = user ? join(homedir(), "Library/LaunchAgents", `${label}.plist`) : `/Library/LaunchDaemons/${label}.plist`;
  return {
    kind: "launchd",
    scope: facts.scope,
    path,
    content: launchdPlist(facts, label),
    start: [["launchctl", "bootstrap", domain, path]],
    stop: [["launchctl", "bootout", `${domain}/${label}`]],
    status: ["launchctl", "print", `${domain}/${label}`],
  };
}
