import type { UpgradeRequest, UpgradeSelection, UpgradeView } from "@agentpod/core/api/upgrade-view";
import type { UpgradeLine } from "@agentpod/core/upgrade-plan";
import type { Transport } from "./transport.ts";

/** Newer versions of templates for pods that are there. */
export function upgradeCalls(transport: Transport) {
  return {
    plan: ({ withState = true, pods, ...selection }: UpgradeSelection) =>
      transport.json<UpgradeLine[]>("GET", "/upgrades/plan", {
        // What is false is not sent by itself, and this one is true where it is not said.
        query: { ...selection, withState: String(withState), ...(pods && { pods: pods.join(",") }) },
      }),
    start: (request: UpgradeRequest) => transport.json<UpgradeView>("POST", "/upgrades", { json: request }),
  };
}
