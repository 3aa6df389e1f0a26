import type { PodSummary } from "@agentpod/core/api/pod-view";
import { podState } from "../../pods/pod-state.ts";

export const sortKeys = ["name", "state", "template", "updated"] as const;
export type SortKey = (typeof sortKeys)[number];

export interface PodFilterValues {
  text: string;
  tenant: string;
  standing: string;
  sort: SortKey;
  isDescending: boolean;
}

/** Those in trouble first, then those on their way. */
const standingOrder = ["attention", "moving", "fine", "resting"];

const orders: Record<SortKey, (a: PodSummary, b: PodSummary) => number> = {
  name: (a, b) => compare(a.tenant, b.tenant) || compare(a.name, b.name),
  state: (a, b) => standingOrder.indexOf(podState(a).standing) - standingOrder.indexOf(podState(b).standing) || compare(a.phase, b.phase),
  template: (a, b) => compare(a.template?.name ?? "", b.template?.name ?? ""),
  updated: (a, b) => compare(b.updatedAt, a.updatedAt),
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The pods that are asked for, in the order asked for. Every word of the text must be found. */
export function choosePods(pods: readonly PodSummary[], { text, tenant, standing, sort, isDescending }: PodFilterValues): PodSummary[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = pods.filter((pod) => {
    if (tenant !== "" && pod.tenant !== tenant) return false;
    if (standing !== "" && podState(pod).standing !== standing) return false;
    const hay = `${pod.tenant}/${pod.name} ${pod.template?.name ?? ""} ${pod.phase}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
  const order = orders[sort];
  chosen.sort((a, b) => order(a, b) || orders.name(a, b));
  return isDescending ? chosen.reverse() : chosen;
}
