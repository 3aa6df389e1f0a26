import type { RouteEntry } from "@agentpod/core/route-table";
import { type CompiledPolicies, compilePolicies, type EarlierPolicies } from "./compiled-policies.ts";
import { PasswordChecks } from "./password-checks.ts";

/** The policies of the table in force, by route id. What they count and remember outlives a switch that leaves them as they are. */
export class PolicyStore {
  readonly #checks = new PasswordChecks();
  #known = new Map<string, EarlierPolicies>();

  /** Takes a new table's policies; returns a look-up for its entries. Unchanged policies of a route stay the same object. */
  replace(routes: readonly RouteEntry[]): (route: RouteEntry) => CompiledPolicies | null {
    const next = new Map<string, EarlierPolicies>();
    for (const { id, policies } of routes) {
      if (policies === undefined) continue;
      const earlier = this.#known.get(id) ?? null;
      const isSame = earlier !== null && JSON.stringify(earlier.policies) === JSON.stringify(policies);
      const compiled = isSame ? earlier.compiled : compilePolicies(policies, this.#checks, earlier);
      if (compiled !== null) next.set(id, { policies, compiled });
    }
    this.#known = next;
    return ({ id }) => next.get(id)?.compiled ?? null;
  }
}
