"use client";
import { isEnded } from "@agentpod/core/operation";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Go } from "../../routing/go.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { newPodOf } from "./new-pod-of.ts";
import { operationQueries } from "./operation-queries.ts";
import { OperationState } from "./operation-state.tsx";
import { PodLink } from "./pod-link.tsx";
import { useKindText } from "./use-kind-text.ts";

/** An operation in three lines, live: what it does now, and how it ended. `onClose` puts away one that has ended. */
export function OperationProgress({ id, onClose }: { id: string; onClose?(): void }) {
  const t = useTranslations("operations");
  const said = useSaid();
  const kindText = useKindText();
  const { data } = useQuery(operationQueries.one(id));
  if (data === undefined) return null;
  const { kind, state, steps, message, error, position } = data;
  const made = newPodOf(data);
  const now = steps.findLast((step) => step.state === "running")?.message ?? message;
  return (
    <section aria-label={kindText(kind)} className="flex items-start gap-3 rounded-xl border bg-raised p-4 text-sm">
      <div role={error === null ? "status" : "alert"} className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{kindText(kind)}</span>
          <OperationState state={state} />
          {position !== null && <span className="text-soft">{t("place", { position })}</span>}
        </p>
        <p className="break-words text-soft">{said(error?.message ?? now)}</p>
        <p className="flex flex-wrap gap-x-4 text-[13px]">
          {state === "succeeded" && made !== null && <PodLink label={made} />}
          <Go href={`/operations/${id}`} className="rounded underline underline-offset-4">
            {t("allSteps")}
          </Go>
        </p>
      </div>
      {onClose && isEnded(state) && <IconButton icon={X} label={t("putAway")} onClick={onClose} />}
    </section>
  );
}
