import type { CleanUpPlanView, CleanUpRunView, CleanUpStatus, SetCleanUpPolicyRequest } from "@agentpod/core/api/clean-up-view";
import type { Transport } from "./transport.ts";

/** Old releases, code, images and caches that nothing uses. */
export function cleanUpCalls(transport: Transport) {
  return {
    status: () => transport.json<CleanUpStatus>("GET", "/clean-up"),
    /** What would go; nothing is done. */
    plan: () => transport.json<CleanUpPlanView>("GET", "/clean-up/plan"),
    run: () => transport.json<CleanUpRunView>("POST", "/clean-up"),
    setPolicy: (policy: SetCleanUpPolicyRequest) => transport.json<CleanUpStatus["policy"]>("PUT", "/clean-up/policy", { json: policy }),
  };
}
