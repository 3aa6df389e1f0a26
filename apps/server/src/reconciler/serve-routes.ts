import type { Gateway } from "@agentpod/core/route-table";
import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import { applyNewestTable } from "./apply-newest-table.ts";

/** Puts the stored table to the gateway. Calls made while one is under way share the next: fifty pods at once cost two tables, not fifty. */
export function routeServer(database: Database, gateway: Gateway, log: Log): () => Promise<boolean> {
  let current: Promise<boolean> | null = null;
  let next: Promise<boolean> | null = null;

  const serve = async (): Promise<boolean> => {
    try {
      await applyNewestTable(database, gateway);
      return true;
    } catch (thrown) {
      log.warn({ err: thrown }, "the gateway did not take the route table");
      return false;
    }
  };
  const run = (): Promise<boolean> => {
    current = serve().finally(() => {
      current = null;
    });
    return current;
  };
  return () => {
    if (!current) return run();
    next ??= current.then(
      () => begin(),
      () => begin(),
    );
    return next;
    function begin(): Promise<boolean> {
      next = null;
      return run();
    }
  };
}
