import type { PodSummary } from "@agentpod/core/api/pod-view";
import type { TenantView } from "@agentpod/core/api/tenant-view";
import { useTranslations } from "use-intl";
import { At } from "../../i18n/time.tsx";
import { podState } from "../../pods/pod-state.ts";
import { Go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Cell } from "../../ui/table.tsx";
import { HealthBar } from "../overview/health-bar.tsx";

export function TenantRow({ tenant, pods, onDelete }: { tenant: TenantView; pods: PodSummary[]; onDelete(): void }) {
  const t = useTranslations("tenants");
  const mayNot = useMay();
  const { quota } = tenant;
  const limits = [
    quota.pods === undefined ? "" : t("quotaPods", { count: quota.pods }),
    quota.cpus === undefined ? "" : t("quotaCpus", { count: quota.cpus }),
    quota.memoryMb === undefined ? "" : t("quotaMemory", { count: quota.memoryMb }),
  ].filter(Boolean);
  return (
    <tr>
      <Cell>
        <Go
          href={`/pods?tenant=${encodeURIComponent(tenant.name)}`}
          className="whitespace-nowrap rounded font-medium underline-offset-4 hover:underline"
        >
          {tenant.name}
        </Go>
        {tenant.state === "deleting" && <span className="ml-2 text-soft">{t("deleting")}</span>}
      </Cell>
      <Cell className="min-w-36">
        <span className="flex items-center gap-3">
          <span className="w-6 text-right tabular-nums">{pods.length}</span>
          {pods.length > 0 && <HealthBar standings={pods.map((pod) => podState(pod).standing)} />}
        </span>
      </Cell>
      <Cell className="whitespace-nowrap text-soft">{limits.length === 0 ? t("noQuota") : limits.join(" · ")}</Cell>
      <Cell className="whitespace-nowrap text-soft">
        <At at={tenant.createdAt} />
      </Cell>
      <Cell className="text-right">
        <Button
          small
          why={mayNot("tenant.delete")}
          disabled={tenant.state === "deleting"}
          onClick={onDelete}
          aria-label={t("deleteOne", { name: tenant.name })}
        >
          {t("delete")}
        </Button>
      </Cell>
    </tr>
  );
}
