import type { UpgradeOutcome, UpgradeTarget } from "./upgrade-pods.ts";
import type { WorkflowEnd } from "./workflow.ts";

/** What came of an upgrade, in one sentence, and pod by pod. Pure. */
export function upgradeSummary(pods: readonly UpgradeTarget[], done: readonly UpgradeOutcome[], isCancelled: boolean): WorkflowEnd {
  const count = (...outcomes: UpgradeOutcome["outcome"][]) => done.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const upgraded = count("upgraded");
  const begun = new Set(done.map(({ pod }) => pod));
  const left = pods.filter(({ name }) => !begun.has(name));
  const output = {
    pods: [
      ...done,
      ...left.map(({ name, from, to }) => ({ pod: name, from, to, outcome: "not_begun", message: isCancelled ? "Cancelled." : "" })),
    ],
  };
  const [rolledBack, failed, changed] = [count("rolled_back"), count("failed"), count("changed")];
  const message = `Upgraded: ${upgraded} of ${pods.length}; rolled back: ${rolledBack}; failed: ${failed}; changed by somebody else: ${changed}; not begun: ${left.length}.`;
  const state = isCancelled ? "cancelled" : upgraded === pods.length ? "succeeded" : "failed";
  return { state, message, output };
}
