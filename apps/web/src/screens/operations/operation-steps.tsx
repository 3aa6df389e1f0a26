import type { OperationStep } from "@agentpod/core/operation";
import { ChevronRight } from "lucide-react";
import { useFormatter, useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Mark } from "../../ui/mark.tsx";
import { groupSteps, type StepGroup } from "./group-steps.ts";
import { stateShapes } from "./operation-state.tsx";
import { PodLink } from "./pod-link.tsx";
import { secondsBetween, took } from "./took.ts";

/** What was done, step by step; of several pods, pod by pod. */
export function OperationSteps({ steps }: { steps: readonly OperationStep[] }) {
  const groups = groupSteps(steps);
  const about = groups.filter(({ subject }) => subject !== null);
  if (about.length < 2) return <StepList steps={steps} />;
  return (
    <ul className="divide-y">
      {groups.map((group) => (
        <li key={group.subject ?? ""}>
          <Group group={group} />
        </li>
      ))}
    </ul>
  );
}

/** One pod's steps; closed where there is nothing to look at. */
function Group({ group: { subject, state, steps } }: { group: StepGroup }) {
  const t = useTranslations("operations");
  const said = useSaid();
  const isBad = steps.some((step) => step.state === "failed");
  return (
    <details className="group" open={state === "running" || isBad}>
      <summary className="flex min-h-11 list-none items-center gap-3 px-4 py-2 text-sm [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-3.5 shrink-0 text-soft transition-transform group-open:rotate-90" aria-hidden />
        <Mark shape={isBad && state !== "running" ? "cross" : stateShapes[state]} />
        <span className="min-w-0 break-all font-medium">{subject ?? t("asAWhole")}</span>
        <span className="min-w-0 flex-1 truncate text-right text-soft">{said(steps.at(-1)?.message ?? "")}</span>
      </summary>
      <div className="border-t bg-surface">
        {subject !== null && (
          <p className="px-4 pt-3 text-sm">
            <PodLink label={subject} />
          </p>
        )}
        <StepList steps={steps} />
      </div>
    </details>
  );
}

function StepList({ steps }: { steps: readonly OperationStep[] }) {
  const t = useTranslations("operations");
  const said = useSaid();
  const format = useFormatter();
  return (
    <ol aria-label={t("steps")} className="divide-y">
      {steps.map(({ seq, state, message, startedAt, endedAt }) => (
        <li key={seq} className="grid grid-cols-[0.75rem_1fr_auto] gap-x-3 px-4 py-2.5 text-sm">
          <span className="pt-1">
            <Mark shape={stateShapes[state]} />
          </span>
          <span className={state === "failed" ? "min-w-0 break-words font-medium" : "min-w-0 break-words"}>
            <span className="sr-only">{t(`states.${state}`)} </span>
            {said(message)}
          </span>
          <span className="whitespace-nowrap text-soft text-xs tabular-nums">
            {endedAt === null ? <Ago at={startedAt} /> : took(secondsBetween(startedAt, endedAt), format)}
          </span>
        </li>
      ))}
    </ol>
  );
}
