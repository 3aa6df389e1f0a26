import { accessSettings } from "@agentpod/core/api/access-settings-view";
import { AppError } from "@agentpod/core/errors";
import { needs } from "../auth/access.ts";
import { readAccessSettings, writeAccessSettings } from "../users/access-settings.ts";
import { route } from "./route.ts";

const tag = "Settings";
const path = "/settings/access";
const access = needs("platform.settings");

export const accessSettingsRoutes = [
  route({
    id: "getAccessSettings",
    method: "get",
    path,
    tag,
    summary: "Who may come in without an invitation",
    access,
    rows: "system",
    answer: { status: 200, schema: accessSettings, description: "As it is" },
    handle: ({ read }) => read(readAccessSettings),
  }),
  route({
    id: "setAccessSettings",
    method: "put",
    path,
    tag,
    summary: "Open or close registration, and let guests deploy from public templates or not",
    access,
    rows: "system",
    audit: "settings.changed",
    body: accessSettings,
    answer: { status: 200, schema: accessSettings, description: "As it is now" },
    handle: ({ body, principal, change }) =>
      change(async (store, note) => {
        if (body.guests !== null) {
          const tenant = await store.tenants.get(body.guests.tenant);
          // Without it, strangers could fill the machine.
          if (tenant.quota.pods === undefined)
            throw new AppError("invalid", `tenant ${tenant.name} has no limit of pods: guests need a tenant with a quota`);
          const known = new Set(
            (await store.templates.list()).filter((entry) => entry.tenantId === null).map((entry) => entry.template.name),
          );
          const missing = body.guests.templates.filter((template) => !known.has(template));
          if (missing.length > 0)
            throw new AppError("not_found", `there is no template of the installation's own called ${missing.join(", ")}`);
        }
        const before = await readAccessSettings(store);
        await writeAccessSettings(store, body, principal.actor);
        note({
          tenantId: null,
          tenant: null,
          message: `registration is ${body.registration}, guests ${body.guests === null ? "may not deploy" : "may deploy"}`,
          data: { before, after: body },
        });
        return body;
      }),
  }),
];
