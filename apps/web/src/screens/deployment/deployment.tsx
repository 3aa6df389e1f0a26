"use client";
import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { isDeploymentEnded } from "@agentpod/core/deployment";
import { toAppError } from "@agentpod/core/errors";
import { followedLog } from "@agentpod/core/products/code/followed-log";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { Go } from "../../routing/go.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { Asked } from "../../ui/asked.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Page } from "../../ui/page.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { DeploymentState } from "../deployments/deployment-state.tsx";
import { Found } from "../new-deployment/found.tsx";
import { CancelDeployment } from "./cancel-deployment.tsx";
import { DeploymentLog } from "./deployment-log.tsx";
import { DeploymentOutcome } from "./deployment-outcome.tsx";
import { DeploymentSteps } from "./deployment-steps.tsx";
import { ReleaseFacts } from "./release-facts.tsx";

/** One deployment as it goes on: its steps, the log of what it does now, its end, and what to do about it. */
export default function Deployment({ params: { tenant = "", application = "", number = "" } }: { params: Record<string, string> }) {
  return (
    <LaterTexts>
      <DeploymentInside
        key={`${tenant}/${application}/${number}`}
        tenant={tenant}
        name={application}
        number={/^\d{1,9}$/.test(number) ? Number(number) : 0}
      />
    </LaterTexts>
  );
}

function DeploymentInside({ tenant, name, number }: { tenant: string; name: string; number: number }) {
  const t = useTranslations("deployments");
  const query = useQuery({ ...deploymentQueries.one(tenant, name, number), enabled: number > 0 });
  if (number === 0 || (query.isError && ["not_found", "invalid"].includes(toAppError(query.error).code)))
    return <NothingHere text={t("gone")} />;
  return (
    <Page
      title={
        <>
          <span className="min-w-0 break-all">
            <Go href={deploymentHref({ tenant, name })} className="rounded font-normal text-soft hover:text-ink">
              {tenant}/{name}
            </Go>{" "}
            {t("number", { number })}
          </span>
          {query.data && (
            <span className="font-normal text-sm" role="status">
              <DeploymentState state={query.data.state} />
            </span>
          )}
        </>
      }
      actions={
        <>
          <Go href={deploymentHref({ tenant, name })} className={buttonClass()}>
            {t("allReleases")}
          </Go>
          {query.data && !isDeploymentEnded(query.data.state) && <Cancel deployment={query.data} />}
        </>
      }
    >
      <Asked query={query} lines={8}>
        {(deployment) => <Inside deployment={deployment} />}
      </Asked>
    </Page>
  );
}

function useOperation({ operation }: DeploymentView) {
  return useQuery({ ...deploymentQueries.operation(operation ?? ""), enabled: operation !== null, retry: false }).data;
}

function Cancel({ deployment }: { deployment: DeploymentView }) {
  const operation = useOperation(deployment);
  return <CancelDeployment deployment={deployment} isAsked={operation !== undefined && operation.cancelledBy !== null} />;
}

function Inside({ deployment }: { deployment: DeploymentView }) {
  const t = useTranslations("deployments");
  const { tenant, name, analysis, state } = deployment;
  const operation = useOperation(deployment);
  const steps = operation?.steps ?? [];
  const isOpen = !isDeploymentEnded(state);
  const isWaiting = isOpen && followedLog(steps)?.of === "application";
  // What the step waits for: the pod's own words are told by events.
  const { data: pod } = useQuery({ ...queries.pod(tenant, name), enabled: isWaiting, retry: false });
  const { data: all = [] } = useQuery(deploymentQueries.ofApplication(tenant, name));
  return (
    <>
      <DeploymentOutcome deployment={deployment} serving={all.find(({ serves }) => serves) ?? null} />
      <div className="grid min-w-0 items-start gap-5 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <Card title={t("steps")} flush>
            {steps.length === 0 ? (
              <p className="p-4 text-soft text-sm">{t(state === "queued" ? "waits" : isOpen ? "begins" : "stepsForgotten")}</p>
            ) : (
              <DeploymentSteps
                steps={steps}
                now={isWaiting ? (pod?.message ?? null) : null}
                failed={state === "failed" ? deployment.step : null}
              />
            )}
          </Card>
          <DeploymentLog deployment={deployment} steps={steps} />
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <Card title={t("about")}>
            <ReleaseFacts release={deployment} />
          </Card>
          {analysis !== null && (
            <Card title={t("found")}>
              <Found analysis={analysis} />
            </Card>
          )}
        </div>
      </div>
    </>
  );
}
