"use client";
import type { OperationView } from "@agentpod/core/api/operation-view";
import { toAppError } from "@agentpod/core/errors";
import { isEnded } from "@agentpod/core/operation";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { useSaid } from "../../i18n/said.ts";
import { Ago, At } from "../../i18n/time.tsx";
import { Go } from "../../routing/go.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { useActors } from "../../session/use-actors.ts";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Page } from "../../ui/page.tsx";
import { CancelOperation } from "./cancel-operation.tsx";
import { newPodOf } from "./new-pod-of.ts";
import { OperationFailure } from "./operation-failure.tsx";
import { operationQueries } from "./operation-queries.ts";
import { OperationState } from "./operation-state.tsx";
import { OperationSteps } from "./operation-steps.tsx";
import { PodLink } from "./pod-link.tsx";
import { secondsBetween, took } from "./took.ts";
import { UpgradeResult } from "./upgrade-result.tsx";
import { useKindText } from "./use-kind-text.ts";

/** One operation as it goes on: steps, what was done to each pod, why it failed, and its end. */
export default function Operation(props: { params: Record<string, string> }) {
  return (
    <LaterTexts>
      <OperationInside {...props} />
    </LaterTexts>
  );
}

function OperationInside({ params: { id = "" } }: { params: Record<string, string> }) {
  const t = useTranslations("operations");
  const said = useSaid();
  const kindText = useKindText();
  const query = useQuery(operationQueries.one(id));
  if (query.isError && ["not_found", "invalid"].includes(toAppError(query.error).code)) return <NothingHere text={t("gone")} />;
  const { data } = query;
  return (
    <Page
      title={
        <>
          <span className="min-w-0 break-words">{data === undefined ? t("one") : kindText(data.kind)}</span>
          {data && (
            <span className="font-normal text-sm" role="status">
              <OperationState state={data.state} />
            </span>
          )}
        </>
      }
      subtitle={data && data.error === null && said(data.message)}
      actions={data && !isEnded(data.state) && <CancelOperation operation={data} />}
    >
      <Asked query={query} lines={8}>
        {(operation) => (
          <>
            <OperationFailure operation={operation} />
            <div className="grid min-w-0 items-start gap-5 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
              <div className="flex min-w-0 flex-col gap-5">
                <UpgradeResult output={operation.output} />
                <Card title={t("steps")} flush>
                  {operation.steps.length === 0 ? (
                    <p className="p-4 text-soft text-sm">{t(operation.state === "queued" ? "waits" : "noSteps")}</p>
                  ) : (
                    <OperationSteps steps={operation.steps} />
                  )}
                </Card>
              </div>
              <About operation={operation} />
            </div>
          </>
        )}
      </Asked>
    </Page>
  );
}

function About({ operation }: { operation: OperationView }) {
  const t = useTranslations("operations");
  const format = useFormatter();
  const { nameOf } = useActors();
  const made = newPodOf(operation);
  const { actor, tenant, pods, position, cancelledBy, createdAt, startedAt, endedAt } = operation;
  return (
    <Card title={t("about")}>
      <Facts
        facts={[
          [t("askedBy"), nameOf(actor)],
          [t("asked"), <At key="asked" at={createdAt} />],
          ...(position === null ? [] : ([[t("queue"), t("place", { position })]] as [string, string][])),
          [t("begun"), <Ago key="begun" at={startedAt} />],
          ...(startedAt === null || endedAt === null
            ? []
            : ([[t("took"), took(secondsBetween(startedAt, endedAt), format)]] as [string, string][])),
          ...(cancelledBy === null ? [] : ([[t("cancelledBy"), nameOf(cancelledBy)]] as [string, string][])),
          [
            t("tenant"),
            tenant === null ? (
              t("severalTenants")
            ) : (
              <Go key="tenant" href={`/pods?tenant=${encodeURIComponent(tenant)}`} className="rounded underline underline-offset-4">
                {tenant}
              </Go>
            ),
          ],
          ...(made === null ? [] : ([[t("newPod"), <PodLink key="new" label={made} />]] as [string, ReactNode][])),
          ...(pods.length === 0
            ? []
            : ([
                [
                  t("pods", { count: pods.length }),
                  <ul key="pods" className="flex max-h-72 flex-col gap-0.5 overflow-y-auto">
                    {pods.map(({ id, name }) => (
                      <li key={id}>
                        <PodLink label={name} />
                      </li>
                    ))}
                  </ul>,
                ],
              ] as [string, ReactNode][])),
        ]}
      />
    </Card>
  );
}
