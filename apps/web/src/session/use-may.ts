import type { WhoamiView } from "@agentpod/core/api/token-view";
import type { Permission } from "@agentpod/core/permission";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../api/queries.ts";

const nobody: WhoamiView = { actor: "", user: null, tenants: [], permissions: [], grants: [] };

/** Who is signed in. */
export function useWhoami(): WhoamiView {
  const { data } = useQuery(queries.whoami());
  return data ?? nobody;
}

/** What whoever is signed in may do, in a tenant or (without one) in at least one. */
export function useHeld(): (tenant?: string | undefined) => readonly Permission[] {
  const { permissions, grants } = useWhoami();
  return (tenant) =>
    tenant === undefined || grants === null ? permissions : (grants.find((grant) => grant.tenant === tenant)?.permissions ?? []);
}

/** Says why something may not be done, in a tenant or (without one) anywhere; null when it may. The server decides again by itself. */
export function useMay(): (permission: Permission, tenant?: string | undefined) => string | null {
  const t = useTranslations("session");
  const held = useHeld();
  return (permission, tenant) => (held(tenant).includes(permission) ? null : t("mayNot", { permission }));
}
