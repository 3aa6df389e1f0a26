import { toAppError } from "@agentpod/core/errors";
import type { Gateway, RouteTable } from "@agentpod/core/route-table";
import type { Database } from "@agentpod/core/store";

/** Times that another may put a newer table between our reading and giving. */
const mostTries = 5;

/** Gives the stored table to the gateway, and gives what was given; read again while another is quicker with a newer one. Throws what `apply` throws. */
export async function applyNewestTable(database: Database, gateway: Gateway): Promise<RouteTable> {
  for (let attempt = 1; ; attempt++) {
    const table = await database.asSystem((store) => store.routes.table());
    try {
      await gateway.apply(table);
      return table;
    } catch (thrown) {
      if (toAppError(thrown).code !== "conflict" || attempt === mostTries) throw thrown;
    }
  }
}
