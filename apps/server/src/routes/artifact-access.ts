import { AppError } from "@agentpod/core/errors";
import type { Store } from "@agentpod/core/store";
import type { Template } from "@agentpod/core/template";

/** A tenant that cannot be. */
const nobody = "00000000-0000-0000-0000-000000000000";

const digests = /sha256:[a-f0-9]{64}/g;

/**
 * Which artifacts named anywhere in these values the tenant may use, for a rule that cannot wait for the database. Null: the
 * installation, whose own artifacts are visible to every tenant, so that they are looked for as any tenant would.
 */
export async function artifactAccess(
  store: Pick<Store, "artifacts">,
  tenant: string | null,
  ...values: unknown[]
): Promise<(digest: string) => boolean> {
  const allowed = new Set<string>();
  for (const digest of new Set(JSON.stringify(values).match(digests))) {
    if (await store.artifacts.allowed(digest, tenant ?? nobody)) allowed.add(digest);
  }
  return (digest) => allowed.has(digest);
}

/** Throws `not_found` for an artifact that a template names and its owner (null: the installation) may not use. */
export async function checkTemplateArtifacts(store: Pick<Store, "artifacts">, tenant: string | null, template: Template): Promise<void> {
  const access = await artifactAccess(store, tenant, template.spec);
  for (const digest of new Set(JSON.stringify(template.spec).match(digests))) {
    if (!access(digest)) throw new AppError("not_found", `artifact ${digest} is not there; upload it first`);
  }
}
