"use client";
import { isEnded } from "@agentpod/core/operation";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../../i18n/later-texts.tsx";
import { useMay } from "../../../session/use-may.ts";
import { Asked } from "../../../ui/asked.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { OperationProgress } from "../../operations/operation-progress.tsx";
import { operationQueries } from "../../operations/operation-queries.ts";
import type { PodTabProps } from "../pod-tabs.ts";
import { BackupList } from "./backup-list.tsx";
import { backupNeeds } from "./backup-needs.ts";
import { CreatePodBackup } from "./create-pod-backup.tsx";
import { LastDrill } from "./last-drill.tsx";
import { podBackupQueries } from "./pod-backup-queries.ts";
import { PodBackupSchedule } from "./pod-backup-schedule.tsx";

/** Backups of a pod's volumes: those there are, one more, the way back, and when they are made by themselves. */
export default function PodBackups(props: PodTabProps) {
  return (
    <LaterTexts>
      <PodBackupsInside {...props} />
    </LaterTexts>
  );
}

function PodBackupsInside({ pod }: PodTabProps) {
  const t = useTranslations("podBackups");
  const mayNot = useMay();
  const [isMaking, setMaking] = useState(false);
  const [begun, setBegun] = useState<string[]>([]);
  const backups = useQuery(podBackupQueries.list(pod.tenant, pod.name));
  const operations = useQuery(operationQueries.list({ tenant: pod.tenant, pod: pod.name, limit: 10 }));
  const underWay = (operations.data ?? []).filter(({ state }) => !isEnded(state)).map(({ id }) => id);
  const needs = backupNeeds(pod);
  const why = mayNot("backup.write", pod.tenant) ?? (needs === "nothing" ? t("noVolumes") : null);
  const add = (id: string): void => setBegun((known) => [...known, id]);
  const create = (
    <Button small look="solid" why={why} onClick={() => setMaking(true)}>
      {t("create")}
    </Button>
  );
  return (
    <div className="flex min-w-0 flex-col gap-5">
      {isMaking && <CreatePodBackup pod={pod} needs={needs} onClose={() => setMaking(false)} onBegun={add} />}
      {[...new Set([...begun, ...underWay])].map((id) => (
        <OperationProgress
          key={id}
          id={id}
          {...(begun.includes(id) && { onClose: () => setBegun((known) => known.filter((one) => one !== id)) })}
        />
      ))}
      <Asked query={backups} lines={6}>
        {(list) => (
          <>
            <Card title={t("title")} actions={create} flush>
              {list.length === 0 ? (
                <Empty
                  title={t("emptyTitle")}
                  text={t(needs === "nothing" ? "noVolumes" : "emptyText")}
                  {...(needs !== "nothing" && { command: `./agentpod pod backup create ${pod.tenant}/${pod.name}` })}
                />
              ) : (
                <BackupList backups={list} onBegun={add} />
              )}
            </Card>
            <LastDrill backups={list} />
          </>
        )}
      </Asked>
      {needs !== "nothing" && <PodBackupSchedule pod={pod} />}
    </div>
  );
}
