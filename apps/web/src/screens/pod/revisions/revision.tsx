"use client";
import type { PodView, RevisionView } from "@agentpod/core/api/pod-view";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { refreshPod } from "../../../api/refresh-pod.ts";
import { useAct } from "../../../api/use-act.ts";
import { Ago } from "../../../i18n/time.tsx";
import { useWhyNot } from "../../../pods/use-why-not.ts";
import { useActors } from "../../../session/use-actors.ts";
import { Button } from "../../../ui/button.tsx";
import { ChangeList } from "./change-list.tsx";
import { specDiff } from "./spec-diff.ts";

interface RevisionProps {
  pod: PodView;
  revision: RevisionView;
  /** The one before; null for the first. */
  previous: RevisionView | null;
  isNewest: boolean;
}

const shown = ({ template, inputs, spec }: RevisionView) => ({ template, inputs, spec });

/** One revision: who, when, what changed, and the way back to it. */
export function Revision({ pod, revision, previous, isNewest }: RevisionProps) {
  const t = useTranslations("revisions");
  const client = useQueryClient();
  const whyNot = useWhyNot();
  const { nameOf } = useActors();
  const changes = previous === null ? [] : specDiff(shown(previous), shown(revision));
  const rollback = useAct({
    run: () => api.pods.rollback(pod.tenant, pod.name, revision.generation),
    done: () => t("rolledBack", { generation: revision.generation }),
    onDone: () => void refreshPod(client, pod.tenant, pod.name),
  });
  return (
    <li className="rounded-xl border bg-raised">
      <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-2.5 text-sm">
        <span className="flex flex-wrap items-center gap-x-3">
          <span className="font-medium">{t("number", { generation: revision.generation })}</span>
          {isNewest && <span className="rounded-full border px-2 text-xs">{t("current")}</span>}
          <span className="text-soft">
            <Ago at={revision.at} />
          </span>
          <span className="break-all text-soft text-xs">{nameOf(revision.actor)}</span>
        </span>
        {!isNewest && (
          <Button small why={whyNot(pod, "rollback")} isBusy={rollback.isPending} onClick={() => rollback.mutate()}>
            {t("rollback")}
          </Button>
        )}
      </div>
      {previous === null ? (
        <p className="border-t px-4 py-2.5 text-soft text-sm">{t("first")}</p>
      ) : changes.length === 0 ? (
        <p className="border-t px-4 py-2.5 text-soft text-sm">{t("same")}</p>
      ) : (
        <div className="border-t px-4 py-3">
          <ChangeList changes={changes} />
        </div>
      )}
    </li>
  );
}
