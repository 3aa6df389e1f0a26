import { AppError } from "@agentpod/core/errors";

/** How many pushes are received at a time: each is a process of git, and its upload may be slow. */
export interface PushGate {
  /** Gives the way out; calling that twice has no effect. Throws `unavailable` where too many are in, of all or of the tenant. */
  enter(tenantId: string): () => void;
}

/** No tenant takes all the places. */
export function pushGate({ atOnce, ofTenant }: { atOnce: number; ofTenant: number }): PushGate {
  const inside = new Map<string, number>();
  return {
    enter(tenantId) {
      const own = inside.get(tenantId) ?? 0;
      const all = [...inside.values()].reduce((sum, count) => sum + count, 0);
      if (own >= ofTenant || all >= atOnce) throw new AppError("unavailable", "Too many pushes are under way: try again in a moment.");
      inside.set(tenantId, own + 1);
      let isIn = true;
      return () => {
        if (!isIn) return;
        isIn = false;
        const left = (inside.get(tenantId) ?? 1) - 1;
        if (left === 0) inside.delete(tenantId);
        else inside.set(tenantId, left);
      };
    },
  };
}
