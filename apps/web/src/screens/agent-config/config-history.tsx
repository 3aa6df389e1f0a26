"use client";
import type { PodView, RevisionView } from "@agentpod/core/api/pod-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { refreshPod } from "../../api/refresh-pod.ts";
import { useAct } from "../../api/use-act.ts";
import { Ago } from "../../i18n/time.tsx";
import { useWhyNot } from "../../pods/use-why-not.ts";
import { useActors } from "../../session/use-actors.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ChangeList } from "../pod/revisions/change-list.tsx";
import { specDiff } from "../pod/revisions/spec-diff.ts";
import { configOfRevision } from "./config-of-revision.ts";

/** What was configured before, by whom, and the way back to it. */
export function ConfigHistory({ pod }: { pod: PodView }) {
  const t = useTranslations("agentConfig");
  const query = useQuery(queries.revisions(pod.tenant, pod.name));
  const [wanted, setWanted] = useState<RevisionView | null>(null);
  return (
    <Card title={t("history")} flush>
      <Asked query={query}>
        {(revisions) => {
          const sorted = revisions.toSorted((a, b) => b.generation - a.generation);
          return (
            <ul aria-label={t("history")} className="divide-y">
              {sorted.map((revision, i) => (
                <HistoryItem
                  key={revision.generation}
                  pod={pod}
                  revision={revision}
                  previous={sorted[i + 1] ?? null}
                  isNewest={i === 0}
                  onRollback={() => setWanted(revision)}
                />
              ))}
            </ul>
          );
        }}
      </Asked>
      {wanted !== null && <RollBack pod={pod} revision={wanted} onClose={() => setWanted(null)} />}
    </Card>
  );
}

interface ItemProps {
  pod: PodView;
  revision: RevisionView;
  /** The one before; null for the first. */
  previous: RevisionView | null;
  isNewest: boolean;
  onRollback(): void;
}

function HistoryItem({ pod, revision, previous, isNewest, onRollback }: ItemProps) {
  const t = useTranslations("agentConfig");
  const whyNot = useWhyNot();
  const { nameOf } = useActors();
  const changes = previous === null ? [] : specDiff(configOfRevision(previous), configOfRevision(revision));
  return (
    <li className="flex flex-col gap-2 px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="flex flex-wrap items-center gap-x-3">
          <span className="font-medium">{t("revision", { generation: revision.generation })}</span>
          {isNewest && <span className="rounded-full border px-2 text-xs">{t("current")}</span>}
          <span className="text-soft text-xs">
            <Ago at={revision.at} />
          </span>
          <span className="break-all text-soft text-xs">{nameOf(revision.actor)}</span>
        </span>
        {!isNewest && (
          <Button
            small
            why={whyNot(pod, "rollback")}
            aria-label={t("rollbackTo", { generation: revision.generation })}
            onClick={onRollback}
          >
            {t("rollback")}
          </Button>
        )}
      </div>
      {previous === null ? (
        <p className="text-soft">{t("firstRevision")}</p>
      ) : changes.length === 0 ? (
        <p className="text-soft">{t("sameRevision")}</p>
      ) : (
        <ChangeList changes={changes} />
      )}
    </li>
  );
}

/** Asks before an earlier configuration is made the next one. */
function RollBack({ pod, revision, onClose }: { pod: PodView; revision: RevisionView; onClose(): void }) {
  const t = useTranslations("agentConfig");
  const client = useQueryClient();
  const changes = specDiff(configOfRevision(pod), configOfRevision(revision));
  const rollback = useAct({
    run: () => api.pods.rollback(pod.tenant, pod.name, revision.generation),
    done: ({ generation, applies }) =>
      [t("rolledBack", { generation: revision.generation, next: generation }), applies === undefined ? "" : t(`ways.${applies}`)]
        .filter(Boolean)
        .join(" "),
    onDone() {
      void refreshPod(client, pod.tenant, pod.name);
      onClose();
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={t("rollbackTitle", { generation: revision.generation })} description={t("rollbackText")}>
      <ChangeList changes={changes} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("back")}</Button>
        <Button look="solid" isBusy={rollback.isPending} onClick={() => rollback.mutate()}>
          {t("rollback")}
        </Button>
      </div>
    </Dialog>
  );
}
