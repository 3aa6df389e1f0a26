import type { PodBackupView } from "@agentpod/core/api/pod-backup-view";
import { useFormatter, useTranslations } from "use-intl";
import { useSaid } from "../../../i18n/said.ts";
import { Ago, At } from "../../../i18n/time.tsx";
import { Card } from "../../../ui/card.tsx";
import { Facts } from "../../../ui/facts.tsx";
import { Mark } from "../../../ui/mark.tsx";
import { took } from "../../operations/took.ts";

/** How the last rehearsal of a restore went; nothing where there was none. */
export function LastDrill({ backups }: { backups: readonly PodBackupView[] }) {
  const t = useTranslations("podBackups");
  const said = useSaid();
  const format = useFormatter();
  const drills = backups.flatMap(({ createdAt, drill }) => (drill === null ? [] : [{ ...drill, createdAt }]));
  const last = drills.toSorted((a, b) => (a.at < b.at ? 1 : -1))[0];
  if (last === undefined) return null;
  return (
    <Card title={t("lastDrill")}>
      <div className="flex flex-col gap-3">
        <p className="flex items-start gap-2 text-sm">
          <span className="pt-1">
            <Mark shape={last.isPassed ? "full" : "cross"} />
          </span>
          <span className="min-w-0 break-words">
            <span className="font-medium">{t(last.isPassed ? "drillPassed" : "drillFailed")}</span> {said(last.message)}
          </span>
        </p>
        <Facts
          facts={[
            [t("drillAt"), <Ago key="at" at={last.at} />],
            [t("drillTook"), took(last.seconds, format)],
            [t("drillOf"), <At key="of" at={last.createdAt} />],
          ]}
        />
      </div>
    </Card>
  );
}
