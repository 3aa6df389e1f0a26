import type { AgentPodEvent } from "@agentpod/core/event";
import type { QueryClient } from "@tanstack/react-query";
import { refreshPod } from "./refresh-pod.ts";

const gatherMs = 120;
/** More pods than this at once are asked for as a list. */
const fewPods = 6;

/** Which questions an event makes worth asking again, by the first word of its type. */
const subjects: Record<string, string[]> = {
  tenant: ["tenants", "whoami"],
  agent_package: ["templates"],
  template: ["templates", "upgrade-plan"],
  domain: ["domains"],
  certificate: ["certificates"],
  dns_provider: ["dns-providers"],
  token: ["tokens"],
  user: ["users", "whoami", "sessions"],
  role: ["members", "users", "whoami"],
  session: ["sessions"],
  member: ["members", "invitations", "whoami"],
  invitation: ["invitations", "members"],
  gateway: ["gateway"],
  settings: ["access-settings", "login-options"],
  alert: ["alerts", "alert-deliveries"],
  alert_rule: ["alert-rules", "alerts"],
  alert_channel: ["alert-channels", "alert-deliveries"],
  audit: ["audit-status"],
  backup: ["backups"],
  clean_up: ["clean-up", "clean-up-plan"],
  llm: ["llm"],
  backup_target: ["backup-targets"],
  deployment: ["deployments"],
  operation: ["operations", "deployments", "dumps"],
  // Each of them may be about backups of a pod, or dumps; only what is shown is asked for again.
  pod: ["pod-backups", "backup-schedules", "dumps", "dump-schedules", "upgrade-plan"],
};

/** Asks again for what events say has changed: the first at once, the next ones together. */
export function refresher(client: QueryClient): { after(event: AgentPodEvent): void; stop(): void } {
  const pods = new Map<string, { tenant: string; pod: string }>();
  const keys = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = (): void => {
    if (pods.size === 0 && keys.size === 0) {
      timer = undefined;
      return;
    }
    timer = setTimeout(flush, gatherMs);
    if (pods.size > fewPods) {
      void client.invalidateQueries({ queryKey: ["pods"] });
      void client.invalidateQueries({ queryKey: ["pod"] });
    } else for (const { tenant, pod } of pods.values()) void refreshPod(client, tenant, pod);
    for (const key of keys) void client.invalidateQueries({ queryKey: [key] });
    pods.clear();
    keys.clear();
  };
  return {
    after({ tenant, pod, type }) {
      if (tenant !== null && pod !== null) pods.set(`${tenant}/${pod}`, { tenant, pod });
      for (const key of subjects[type.split(".")[0] ?? ""] ?? []) keys.add(key);
      if (timer === undefined) flush();
    },
    stop: () => clearTimeout(timer),
  };
}
