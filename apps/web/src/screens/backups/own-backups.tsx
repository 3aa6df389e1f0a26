"use client";
import type { BackupStatus } from "@agentpod/core/api/backup-view";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useSaid } from "../../i18n/said.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Mark } from "../../ui/mark.tsx";
import { Table } from "../../ui/table.tsx";
import { BackupRow } from "./backup-row.tsx";
import { BackupSettingsForm } from "./backup-settings-form.tsx";
import { CreateBackup } from "./create-backup.tsx";

const backupsQuery = queryOptions({ queryKey: ["backups"], queryFn: api.backups.status });

/** Backups of AgentPod itself: those there are, one more, and when they are made by themselves. */
export default function OwnBackups() {
  const t = useTranslations("backups");
  const mayNot = useMay();
  const [isMaking, setMaking] = useState(false);
  const query = useQuery({ ...backupsQuery, enabled: mayNot("platform.read") === null });
  const create = (
    <Button small look="solid" why={mayNot("platform.settings")} isBusy={query.data?.running != null} onClick={() => setMaking(true)}>
      {t("create")}
    </Button>
  );
  return (
    <>
      {isMaking && <CreateBackup hasPassphrase={query.data?.settings.hasPassphrase ?? false} onClose={() => setMaking(false)} />}
      <Asked query={query} lines={8}>
        {(status) => (
          <>
            <Standing status={status} />
            <BackupList status={status} create={create} />
            <Card title={t("schedule")}>
              <BackupSettingsForm key={JSON.stringify(status.settings)} settings={status.settings} nextAt={status.nextAt} />
            </Card>
          </>
        )}
      </Asked>
    </>
  );
}

/** What is going on, and what is wrong. */
function Standing({ status: { running, last, problem } }: { status: BackupStatus }) {
  const t = useTranslations("backups");
  const said = useSaid();
  const failed = problem ?? (last?.error == null ? null : last.error);
  if (running === null && failed === null) return null;
  return (
    <div role={failed === null ? "status" : "alert"} className="flex flex-col gap-2 rounded-xl border bg-raised p-4 text-sm">
      {running !== null && (
        <p className="flex items-center gap-2">
          <Mark shape="half" />
          {t("running")}
        </p>
      )}
      {failed !== null && (
        <p className="flex items-start gap-2 break-words">
          <span className="pt-1">
            <Mark shape="cross" />
          </span>
          {said(failed)}
        </p>
      )}
    </div>
  );
}

function BackupList({ status: { backups, folder }, create }: { status: BackupStatus; create: ReactNode }) {
  const t = useTranslations("backups");
  if (backups.length === 0)
    return (
      <Card title={t("list")} actions={create}>
        <Empty title={t("emptyTitle")} text={t("emptyText")} command="./agentpod backup create --to . --passphrase-file ./passphrase" />
      </Card>
    );
  return (
    <Card title={t("list")} actions={create} flush>
      <Table label={t("list")} head={[t("made"), t("size"), t("why"), t("key")]} actions={t("actions")}>
        {backups.map((backup) => (
          <BackupRow key={backup.name} backup={backup} />
        ))}
      </Table>
      <p className="border-t px-4 py-3 text-[13px] text-soft">{t("where", { folder })}</p>
    </Card>
  );
}
