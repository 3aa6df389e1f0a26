import { AppError } from "@agentpod/core/errors";
import type { RoutePolicies } from "@agentpod/core/route-policies";
import type { RouteEntry } from "@agentpod/core/route-table";
import { type CompiledPolicies, compilePolicies, type EarlierPolicies } from "./compiled-policies.ts";
import { PasswordChecks } from "./password-checks.ts";

interface Known extends EarlierPolicies {
  /** The policies as text: they are compared at each switch. */
  source: string;
}

/** The policies of the table in force, by route id. What they count and remember outlives a switch that leaves them as they are. */
export class PolicyStore {
  readonly #checks = new PasswordChecks();
  #known = new Map<string, Known>();

  /** Takes a new table's policies; returns a look-up for its entries. Unchanged policies of a route stay the same object; undefined: nothing to do. Throws `invalid` for policies that cannot be served; nothing changes then. */
  replace(routes: readonly RouteEntry[]): (route: RouteEntry) => CompiledPolicies | undefined {
    const next = new Map<string, Known>();
    for (const { id, label, policies } of routes) {
      if (policies === undefined) continue;
      const earlier = this.#known.get(id) ?? null;
      const source = JSON.stringify(policies);
      const compiled = earlier?.source === source ? earlier.compiled : this.#compile(label, policies, earlier);
      if (compiled !== null) next.set(id, { policies, source, compiled });
    }
    this.#known = next;
    return ({ id }) => next.get(id)?.compiled;
  }

  #compile(label: string, policies: RoutePolicies, earlier: EarlierPolicies | null): CompiledPolicies | null {
    try {
      return compilePolicies(policies, this.#checks, earlier);
    } catch (error) {
      throw new AppError("invalid", `The policies of a route of ${label} cannot be served. Set them again.`, { cause: error });
    }
  }
}
