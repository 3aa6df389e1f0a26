import { type AlertKind, alertKinds, builtInAlertKinds, platformAlertKinds } from "@agentpod/core/alert";
import type { AlertView } from "@agentpod/core/api/alert-view";
import { podHref } from "../../pods/pod-href.ts";

/** About pods; such a rule may be about one alone. */
export const podKinds: readonly AlertKind[] = ["crash_loop", "channel", "llm_budget", "deployment", "unhealthy", "cpu", "memory", "log"];

/** What a threshold counts; a kind that is not here has none. */
export const thresholdOf: Partial<Record<AlertKind, "percent" | "days" | "mebibytes" | "lines">> = {
  cpu: "percent",
  memory: "percent",
  certificate: "days",
  disk_low: "mebibytes",
  log: "lines",
};

/** What rules may be made of: the built-in ones are there already, and the installation's matters are not a tenant's. */
export const kindsFor = (owner: string | null): RuleKind[] =>
  alertKinds.filter(
    (kind): kind is RuleKind =>
      !(builtInAlertKinds as readonly AlertKind[]).includes(kind) && (owner === null || !platformAlertKinds.includes(kind)),
  );

export type RuleKind = Exclude<AlertKind, (typeof builtInAlertKinds)[number]>;

/** The page of what an alert is about; null where it has none. */
export function subjectHref({ kind, subjectName, tenant }: Pick<AlertView, "kind" | "subjectName" | "tenant">): string | null {
  if (kind === "certificate") return "/certificates";
  if (kind === "domain" && tenant !== null) return `/domains?tenant=${encodeURIComponent(tenant)}`;
  if (kind === "disk_low" || kind === "gateway" || kind === "backup") return "/server";
  const [owner, name] = subjectName.split("/");
  return podKinds.includes(kind) && owner !== undefined && name !== undefined ? podHref({ tenant: owner, name }) : null;
}
