"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { EventList } from "../../events/event-list.tsx";
import { useSaid } from "../../i18n/said.ts";
import { PhaseText } from "../../pods/phase-text.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { Go } from "../../routing/go.tsx";
import { Asked } from "../../ui/asked.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";
import { Conditions } from "../pod/conditions.tsx";
import { agentStages, type StageState } from "./agent-stages.ts";
import { HandOverOffer } from "./hand-over-offer.tsx";

const shapes: Record<StageState, Shape> = { done: "full", current: "half", waiting: "ring", failed: "cross" };

/** How a new agent comes up, live; once it serves, the link for whom it is made. */
export function NewAgentProgress({ tenant, name }: { tenant: string; name: string }) {
  const query = useQuery(queries.pod(tenant, name));
  return <Asked query={query}>{(pod) => <Progress pod={pod} />}</Asked>;
}

function Progress({ pod }: { pod: PodView }) {
  const t = useTranslations("newAgent");
  const said = useSaid();
  const events = useQuery(queries.events({ tenant: pod.tenant, pod: pod.name }));
  const stages = agentStages(pod);
  const isReady = stages.every(({ state }) => state === "done");
  return (
    <>
      <Card
        title={
          <span className="flex flex-wrap items-center gap-x-3">
            <span className="break-all">
              {pod.tenant}/{pod.name}
            </span>
            <span className="font-normal">
              <PhaseText pod={pod} />
            </span>
          </span>
        }
        actions={
          <Go href={podHref(pod)} className={buttonClass("line", true)}>
            {t("openPod")}
          </Go>
        }
      >
        <div role="status" className="flex flex-col gap-3">
          <ol aria-label={t("stagesLabel")} className="flex flex-col gap-2 text-sm">
            {stages.map(({ id, state }) => (
              <li key={id} className="flex items-center gap-2.5">
                <Mark shape={shapes[state]} />
                <span className={state === "waiting" ? "text-soft" : ""}>{t(`stages.${id}`)}</span>
                <span className="sr-only">{t(`stageStates.${state}`)}</span>
              </li>
            ))}
          </ol>
          {!isReady && <p className="break-words text-soft text-sm">{said(pod.message)}</p>}
        </div>
      </Card>
      {isReady && <HandOverOffer pod={pod} />}
      {!isReady && <Conditions conditions={pod.conditions} />}
      <Card title={t("events")} flush>
        <Asked query={events}>{(list) => <EventList events={list.slice(0, 20)} />}</Asked>
      </Card>
    </>
  );
}
