"use client";
import type { BackupScheduleView } from "@agentpod/core/api/pod-backup-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../../i18n/said.ts";
import { Ago, At } from "../../../i18n/time.tsx";
import { Facts } from "../../../ui/facts.tsx";
import { Mark } from "../../../ui/mark.tsx";

interface StandingProps {
  /** What schedules of backups and of dumps have in common. */
  schedule: Pick<BackupScheduleView, "problem" | "nextAt" | "lastSuccessAt">;
  /** When the next one is made. */
  next: string;
  /** When what is kept is tried out next; null: never. */
  trial: { label: string; at: string | null };
}

/** What is wrong with a schedule, when it is due, and when it last worked. */
export function ScheduleStanding({ schedule: { problem, nextAt, lastSuccessAt }, next, trial }: StandingProps) {
  const t = useTranslations("podBackups");
  const said = useSaid();
  return (
    <>
      {problem !== null && (
        <p role="alert" className="flex items-start gap-2 text-sm">
          <span className="pt-1">
            <Mark shape="cross" />
          </span>
          <span className="min-w-0 break-words font-medium">{said(problem)}</span>
        </p>
      )}
      <Facts
        facts={[
          [next, <At key="next" at={nextAt} />],
          [t("last"), lastSuccessAt === null ? t("noneYet") : <Ago key="last" at={lastSuccessAt} />],
          [trial.label, trial.at === null ? t("cron.never") : <At key="trial" at={trial.at} />],
        ]}
      />
    </>
  );
}
