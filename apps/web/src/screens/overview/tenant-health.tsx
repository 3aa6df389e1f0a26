import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { podState, type Standing } from "../../pods/pod-state.ts";
import { Go } from "../../routing/go.tsx";
import { Card } from "../../ui/card.tsx";
import { HealthBar } from "./health-bar.tsx";

const most = 12;

/** Tenant by tenant: how its pods stand; those in trouble come first. */
export function TenantHealth({ pods }: { pods: PodSummary[] }) {
  const t = useTranslations("overview");
  const rows = [...Map.groupBy(pods, (pod) => pod.tenant)]
    .map(([tenant, list]) => ({ tenant, list, trouble: list.filter((pod) => podState(pod).standing === "attention").length }))
    .sort((a, b) => b.trouble - a.trouble || a.tenant.localeCompare(b.tenant));
  return (
    <Card title={t("byTenant")} flush>
      <ul className="divide-y">
        {rows.slice(0, most).map(({ tenant, list }) => (
          <li key={tenant}>
            <Go
              href={`/pods?tenant=${encodeURIComponent(tenant)}`}
              className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1.5 px-4 py-3 text-sm transition-colors hover:bg-hover sm:grid-cols-[minmax(9rem,14rem)_1fr_auto]"
            >
              <span className="truncate font-medium">{tenant}</span>
              <span className="col-span-2 row-start-2 sm:col-span-1 sm:row-start-auto">
                <HealthBar standings={list.map((pod): Standing => podState(pod).standing)} />
              </span>
              <span className="text-right text-soft tabular-nums">{t("podCount", { count: list.length })}</span>
            </Go>
          </li>
        ))}
        {rows.length > most && (
          <li>
            <Go href="/tenants" className="block px-4 py-3 text-soft text-sm hover:bg-hover hover:text-ink">
              {t("allTenants", { count: rows.length })}
            </Go>
          </li>
        )}
      </ul>
    </Card>
  );
}
