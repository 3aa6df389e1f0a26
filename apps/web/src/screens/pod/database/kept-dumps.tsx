"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useMay } from "../../../session/use-may.ts";
import { Asked } from "../../../ui/asked.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { CreateDump } from "./create-dump.tsx";
import { databaseQueries } from "./database-queries.ts";
import { DumpList } from "./dump-list.tsx";
import { isUnitRunning } from "./is-unit-running.ts";

interface KeptProps {
  pod: PodView;
  unit: string;
  isOneOfSeveral: boolean;
  /** Told the operation of whatever is begun here. */
  onBegun(operation: string): void;
}

/** The dumps that are kept of one database of a pod, and one more. */
export function KeptDumps({ pod, unit, isOneOfSeveral, onBegun }: KeptProps) {
  const t = useTranslations("podDatabase");
  const [isMaking, setMaking] = useState(false);
  const query = useQuery(databaseQueries.dumps(pod.tenant, pod.name));
  const why = useMay()("backup.write", pod.tenant) ?? (isUnitRunning(pod, unit) ? null : t("notRunning"));
  return (
    <Card
      title={isOneOfSeveral ? t("dumpsOf", { unit }) : t("dumps")}
      actions={
        <Button small look="solid" why={why} onClick={() => setMaking(true)}>
          {t("create")}
        </Button>
      }
      flush
    >
      {isMaking && <CreateDump pod={pod} unit={unit} onClose={() => setMaking(false)} onBegun={onBegun} />}
      <Asked query={query} lines={4}>
        {(all) => {
          // Another pod may have had this name before.
          const own = all.filter((dump) => dump.unit === unit);
          const command = `./agentpod db dumps create ${pod.tenant}/${pod.name}${isOneOfSeveral ? ` --unit ${unit}` : ""}`;
          return own.length === 0 ? (
            <Empty title={t("emptyTitle")} text={t("emptyText")} command={command} />
          ) : (
            <DumpList dumps={own} onBegun={onBegun} podOf={({ podId }) => (podId === pod.id ? pod : null)} />
          );
        }}
      </Asked>
    </Card>
  );
}
