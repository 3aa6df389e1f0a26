"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { UpgradeLine } from "@agentpod/core/upgrade-plan";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";

interface UpgradeAgentProps {
  pod: PodView;
  onClose(): void;
}

/** What the upgrade would do, or what stands in its way; then it is begun. */
export function UpgradeAgent({ pod, onClose }: UpgradeAgentProps) {
  const t = useTranslations("agent");
  const common = useTranslations("common");
  const client = useQueryClient();
  const about = { tenant: pod.tenant, pod: pod.name };
  const plan = useQuery({ queryKey: ["upgrade-plan", about], queryFn: () => api.upgrades.plan(about), gcTime: 0 });
  const start = useAct({
    run: () => api.upgrades.start(about),
    done: () => t("upgradeStarted"),
    async onDone() {
      await client.invalidateQueries({ queryKey: ["operations"] });
      onClose();
    },
  });
  const [line] = plan.data ?? [];
  return (
    <Dialog open onOpenChange={onClose} title={t("upgradeTitle", { pod: `${pod.tenant}/${pod.name}` })} description={t("upgradeText")}>
      <Asked query={plan} lines={1}>
        {([found]) => (found === undefined ? null : <PlanLine line={found} />)}
      </Asked>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{common("cancel")}</Button>
        <Button look="solid" disabled={line?.action !== "upgrade"} isBusy={start.isPending} onClick={() => start.mutate()}>
          {t("upgrade")}
        </Button>
      </div>
    </Dialog>
  );
}

function PlanLine({ line: { action, from, to, reason, issues, withState } }: { line: UpgradeLine }) {
  const t = useTranslations("agent");
  const said = useSaid();
  if (action === "upgrade")
    return <p className="text-sm">{t(withState ? "fromToWithState" : "fromTo", { from: from ?? 0, to: to ?? 0 })}</p>;
  return (
    <div role="alert" className="flex flex-col gap-2 text-sm">
      <p className="break-words font-medium">{said(reason)}</p>
      {issues.length > 0 && (
        <ul className="list-disc pl-5">
          {issues.map(({ path, expected }) => (
            <li key={`${path} ${expected}`} className="break-words">
              <code className="font-mono text-[13px]">{path}</code>: {said(expected)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
