"use client";
import { isEnded } from "@agentpod/core/operation";
import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../../i18n/later-texts.tsx";
import { Asked } from "../../../ui/asked.tsx";
import { Card } from "../../../ui/card.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { OperationProgress } from "../../operations/operation-progress.tsx";
import { operationQueries } from "../../operations/operation-queries.ts";
import type { PodTabProps } from "../pod-tabs.ts";
import { DatabaseConnection } from "./database-connection.tsx";
import { databaseQueries } from "./database-queries.ts";
import { DumpSchedule } from "./dump-schedule.tsx";
import { KeptDumps } from "./kept-dumps.tsx";

/** The databases of a pod: how they are reached, the dumps that are kept of them, and when these are made by themselves. */
export default function PodDatabase(props: PodTabProps) {
  return (
    <LaterTexts>
      <PodDatabaseInside {...props} />
    </LaterTexts>
  );
}

function PodDatabaseInside({ pod }: PodTabProps) {
  const t = useTranslations("podDatabase");
  const [begun, setBegun] = useState<string[]>([]);
  const databases = useQuery(databaseQueries.list(pod.tenant, pod.name));
  const operations = useQuery(operationQueries.list({ tenant: pod.tenant, pod: pod.name, limit: 10 }));
  const underWay = (operations.data ?? []).filter(({ state }) => !isEnded(state)).map(({ id }) => id);
  const add = (id: string): void => setBegun((known) => [...known, id]);
  return (
    <div className="flex min-w-0 flex-col gap-5">
      {[...new Set([...begun, ...underWay])].map((id) => (
        <OperationProgress
          key={id}
          id={id}
          {...(begun.includes(id) && { onClose: () => setBegun((known) => known.filter((one) => one !== id)) })}
        />
      ))}
      <Asked query={databases} lines={6}>
        {(list) =>
          list.length === 0 ? (
            <Card>
              <Empty title={t("noneTitle")} text={t("noneText")} />
            </Card>
          ) : (
            list.map((database) => (
              <Fragment key={database.unit}>
                <DatabaseConnection pod={pod} database={database} isOneOfSeveral={list.length > 1} />
                {database.dumps && <KeptDumps pod={pod} unit={database.unit} isOneOfSeveral={list.length > 1} onBegun={add} />}
                {database.dumps && <DumpSchedule pod={pod} unit={database.unit} isOneOfSeveral={list.length > 1} />}
              </Fragment>
            ))
          )
        }
      </Asked>
    </div>
  );
}
