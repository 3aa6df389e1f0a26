import type { UpgradeRequest, UpgradeSelection, UpgradeView } from "@agentpod/core/api/upgrade-view";
import type { UpgradeLine } from "@agentpod/core/upgrade-plan";
import type { Transport } from "./transport.ts";

/** Newer versions of templates for pods that are there. */
export function upgradeCalls(transport: Transport) {
  return {
    plan: (selection: UpgradeSelection) => transport.json<UpgradeLine[]>("GET", "/upgrades/plan", { query: { ...selection } }),
    start: (request: UpgradeRequest) => transport.json<UpgradeView>("POST", "/upgrades", { json: request }),
  };
}
