"use client";
import type { OperationStep } from "@agentpod/core/operation";
import { useFormatter, useNow, useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Mark } from "../../ui/mark.tsx";
import { stateShapes } from "../operations/operation-state.tsx";
import { secondsBetween, took } from "../operations/took.ts";

interface StepsProps {
  steps: readonly OperationStep[];
  /** What the one that runs waits for, where that is known. */
  now: string | null;
  /** The name of the one in which it failed: it ended, but not well. */
  failed: string | null;
}

/** Steps of a deployment as they are made, each with how long it took. */
export function DeploymentSteps({ steps, now, failed }: StepsProps) {
  const t = useTranslations("deployments");
  const operations = useTranslations("operations");
  const said = useSaid();
  return (
    <ol aria-label={t("steps")} className="divide-y">
      {steps.map((step) => {
        const isRunning = step.state === "running";
        const state = step.name === failed ? "failed" : step.state;
        return (
          <li
            key={step.seq}
            aria-current={isRunning ? "step" : undefined}
            className="grid grid-cols-[0.75rem_1fr_auto] gap-x-3 px-4 py-2.5 text-sm"
          >
            <span className="pt-1">
              <Mark shape={stateShapes[state]} />
            </span>
            <span className="flex min-w-0 flex-col gap-0.5">
              <span className={isRunning || state === "failed" ? "break-words font-medium" : "break-words"}>
                <span className="sr-only">{operations(`states.${state}`)} </span>
                {said(step.message)}
              </span>
              {isRunning && now !== null && now !== step.message && <span className="break-words text-[13px] text-soft">{said(now)}</span>}
            </span>
            <span className="whitespace-nowrap text-soft text-xs tabular-nums">
              {step.endedAt === null ? <Since at={step.startedAt} /> : <Took from={step.startedAt} to={step.endedAt} />}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Took({ from, to }: { from: string; to: string }) {
  const format = useFormatter();
  return took(secondsBetween(from, to), format);
}

/** Whole seconds, as they pass. */
function Since({ at }: { at: string }) {
  const format = useFormatter();
  const now = useNow({ updateInterval: 1000 });
  return <span suppressHydrationWarning>{took(Math.floor(secondsBetween(at, now.toISOString())), format)}</span>;
}
