import type { Database } from "@agentpod/core/store";
import type { Log } from "../app-deps.ts";
import { type Sweeps, startSweeps } from "../start-sweeps.ts";
import { queueOperation } from "../workflows/queue-operation.ts";
import { destroyKind } from "./destroy-workflow.ts";

const everyMs = 30_000;

export interface PreviewSweepDeps {
  database: Pick<Database, "asSystem">;
  log: Log;
}

/** Takes previews away whose time is over. Every control plane runs one; each preview is taken by one. */
export function startPreviewSweep(deps: PreviewSweepDeps): Sweeps {
  return startSweeps({
    // By the clock alone: nothing that happens ends a preview.
    feed: { subscribe: () => () => undefined },
    everyMs,
    sweep: () => sweepPreviews(deps),
    onFailure: (error) => deps.log.warn({ err: error }, "previews could not be looked at; the next look is due"),
  });
}

/** One look. What is begun here is carried out by the runner of operations; where that came to nothing the next look begins it again. */
export async function sweepPreviews({ database }: Pick<PreviewSweepDeps, "database">): Promise<void> {
  await database.asSystem(async (store) => {
    for (const { tenantId, tenant, name, expiresAt } of await store.previews.takeExpired()) {
      const input = { tenant, tenantId, name };
      const operation = await queueOperation(store, destroyKind, {
        ...{ input, pods: [], actor: "system" },
        tenant: { id: tenantId, name: tenant },
      });
      await store.previews.setEndedBy(tenantId, name, operation.id);
      // It wakes who runs operations, too.
      await store.events.append({
        ...{ type: "deployment.preview_ended", result: "ok", actor: "system", source: null },
        ...{ tenantId, tenant, pod: name, podId: null },
        message: `the time of preview ${tenant}/${name} is over: it is taken away with all its data`,
        data: { expiresAt, operation: operation.id },
      });
    }
  });
}
