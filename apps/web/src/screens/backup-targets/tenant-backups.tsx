"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { OperationProgress } from "../operations/operation-progress.tsx";
import { BackupList } from "../pod/backups/backup-list.tsx";
import { podBackupQueries } from "../pod/backups/pod-backup-queries.ts";
import { databaseQueries } from "../pod/database/database-queries.ts";
import { DumpList } from "../pod/database/dump-list.tsx";

/** Backups of all pods of a tenant and dumps of their databases, those of deleted pods too: the only place where these are. */
export default function TenantBackups({ tenant }: { tenant: string }) {
  const t = useTranslations("podBackups");
  const databases = useTranslations("podDatabase");
  const query = useQuery(podBackupQueries.list(tenant));
  const { data: dumps = [] } = useQuery(databaseQueries.dumps(tenant));
  const { data: pods = [] } = useQuery(queries.pods());
  const [begun, setBegun] = useState<string[]>([]);
  const add = (id: string): void => setBegun((known) => [...known, id]);
  const there = new Set(pods.filter((pod) => pod.tenant === tenant).map(({ name }) => name));
  return (
    <>
      {begun.map((id) => (
        <OperationProgress key={id} id={id} onClose={() => setBegun((known) => known.filter((one) => one !== id))} />
      ))}
      <Asked query={query} lines={6}>
        {(list) => (
          <Card title={t("ofTenant", { tenant })} flush>
            {list.length === 0 ? (
              <Empty title={t("emptyTitle")} text={t("emptyTenant")} command={`./agentpod pod backup create ${tenant}/web`} />
            ) : (
              <BackupList backups={list} pods={there} onBegun={add} />
            )}
          </Card>
        )}
      </Asked>
      {dumps.length > 0 && (
        <Card title={databases("dumpsOfTenant", { tenant })} flush>
          <DumpList dumps={dumps} podOf={({ podId }) => pods.find(({ id }) => id === podId) ?? null} onBegun={add} isNamed />
        </Card>
      )}
    </>
  );
}
