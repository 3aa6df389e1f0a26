import type { UpgradeSelection } from "@agentpod/core/api/upgrade-view";

export const upgradeScopes = ["all", "tenant", "template", "pods"] as const;
export type UpgradeScope = (typeof upgradeScopes)[number];

/** What is in the form. */
export interface UpgradeDraft {
  scope: UpgradeScope;
  tenant: string;
  template: string;
  /** `<tenant>/<pod>` each. */
  pods: string[];
  /** A version; empty: the newest. */
  to: string;
  withState: boolean;
}

/** The most that a request may name. */
export const mostPods = 500;

/** Which pods are asked for; null while the form does not say. A version is one of a template's. */
export function selectionOf({ scope, tenant, template, pods, to, withState }: UpgradeDraft): UpgradeSelection | null {
  const version = to === "" || template === "" ? {} : { to: Number(to) };
  if (scope === "all") return { all: true, withState };
  if (scope === "tenant") return tenant === "" ? null : { tenant, withState };
  if (scope === "template") return template === "" ? null : { template, withState, ...version };
  if (pods.length === 0 || pods.length > mostPods) return null;
  return { pods, withState, ...(to !== "" && template !== "" && { template, ...version }) };
}

/** What an address asks for: `?pods=acme/web,acme/shop`, `?template=support-bot` or `?tenant=acme`. */
export function draftOf(search: URLSearchParams): UpgradeDraft {
  const [tenant, template] = [search.get("tenant") ?? "", search.get("template") ?? ""];
  const pods = (search.get("pods") ?? "").split(",").filter((one) => /^[^/]+\/[^/]+$/.test(one));
  const scope = pods.length > 0 ? "pods" : template !== "" ? "template" : tenant !== "" ? "tenant" : "all";
  return { scope, tenant, template, pods, to: "", withState: true };
}

/** The template that all of these pods are of; empty where they differ, or one has none. */
export function commonTemplate(pods: readonly { template: { name: string } | null }[]): string {
  const names = new Set(pods.map(({ template }) => template?.name ?? ""));
  return names.size === 1 ? ([...names][0] ?? "") : "";
}
