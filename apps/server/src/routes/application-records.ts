import type { Deployment } from "@agentpod/core/deployment";
import { AppError } from "@agentpod/core/errors";
import type { Store } from "@agentpod/core/store";
import type { Tenant } from "@agentpod/core/tenant";

/** What an application has, the newest first; `not_found` where nothing of that name was ever deployed. */
export async function applicationRecords(store: Store, tenant: Tenant, application: string): Promise<Deployment[]> {
  const records = await store.deployments.list({ tenant: tenant.name, name: application }, 1000);
  if (records.length > 0) return records;
  throw new AppError(
    "not_found",
    `There is no deployment of ${tenant.name}/${application}; agentpod deployment list shows those there are.`,
  );
}

/** The one that serves; null where none does. */
export const servingAmong = (records: readonly Deployment[]): Deployment | null =>
  records.find(({ state }) => state === "succeeded") ?? null;
