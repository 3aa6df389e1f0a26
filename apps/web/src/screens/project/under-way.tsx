"use client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Go } from "../../routing/go.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { DeploymentState } from "../deployments/deployment-state.tsx";

/** A deployment that goes on, in two lines: what it does now, and the way to all of it. */
export function UnderWay({ deployment }: { deployment: DeploymentSummary }) {
  const t = useTranslations("deployments");
  const operations = useTranslations("operations");
  const said = useSaid();
  const { number, state, operation } = deployment;
  const { data } = useQuery({ ...deploymentQueries.operation(operation ?? ""), enabled: operation !== null, retry: false });
  const now = data?.steps.findLast((step) => step.state === "running")?.message ?? deployment.message;
  return (
    <section
      aria-label={t("number", { number })}
      className="flex flex-wrap items-center justify-between gap-3 rounded-xl border bg-raised p-4 text-sm"
    >
      <div role="status" className="flex min-w-0 flex-col gap-1">
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-medium">{t("number", { number })}</span>
          <DeploymentState state={state} />
          {data?.position != null && <span className="text-soft">{operations("place", { position: data.position })}</span>}
        </p>
        {now !== "" && <p className="break-words text-soft">{said(now)}</p>}
      </div>
      <Go href={deploymentHref(deployment, number)} className={buttonClass()}>
        {t("watch")}
      </Go>
    </section>
  );
}
