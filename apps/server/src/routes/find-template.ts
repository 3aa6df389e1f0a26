import { AppError, toAppError } from "@agentpod/core/errors";
import { nearest } from "@agentpod/core/name";
import type { Store } from "@agentpod/core/store";
import type { MadeTemplateVersion } from "@agentpod/core/template";

/** The version of a template (undefined: the newest), the tenant's own before the installation's. `not_found` says which name is near. */
export async function findTemplate(store: Store, tenant: string | null, name: string, version?: number): Promise<MadeTemplateVersion> {
  try {
    return await store.templates.get(tenant, name, version);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== "not_found") throw thrown;
    const usable = (await store.templates.list()).filter((one) => one.tenantId === null || one.tenantId === tenant);
    const names = usable.map((one) => one.template.name);
    const close = names.includes(name) ? undefined : nearest(name, names);
    const expected = `one of ${names.join(", ")}`;
    throw new AppError("not_found", close ? `${error.message} Did you mean ${close}?` : error.message, {
      issues: [{ path: "template", expected, ...(close && { nearest: close }) }],
    });
  }
}
