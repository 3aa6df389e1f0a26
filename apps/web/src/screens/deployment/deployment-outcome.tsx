import type { DeploymentSummary, DeploymentView } from "@agentpod/core/api/deployment-view";
import { isDeploymentEnded } from "@agentpod/core/deployment";
import { ExternalLink } from "lucide-react";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Go } from "../../routing/go.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";
import { Mark } from "../../ui/mark.tsx";
import { OutLink } from "../../ui/out-link.tsx";
import { deploymentHref, newDeploymentHref } from "../deployments/deployment-href.ts";

interface OutcomeProps {
  deployment: DeploymentView;
  /** What serves; null: nothing does. */
  serving: DeploymentSummary | null;
}

/** What came of a deployment and what to do next; nothing while it goes on. */
export function DeploymentOutcome({ deployment, serving }: OutcomeProps) {
  if (!isDeploymentEnded(deployment.state)) return null;
  return deployment.state === "succeeded" ? <Serves deployment={deployment} /> : <DoesNot deployment={deployment} serving={serving} />;
}

function Serves({ deployment }: { deployment: DeploymentView }) {
  const t = useTranslations("deployments");
  const { url, serves, action } = deployment;
  if (!serves) return <p className="text-soft text-sm">{t("servedOnce")}</p>;
  return (
    <section aria-label={t("outcome")} className="flex flex-col gap-3 rounded-xl border border-ink bg-raised p-4 text-sm">
      <p role="status" className="flex items-center gap-2.5 font-medium">
        <Mark shape="full" />
        {t(url === null ? "servesWithoutUrl" : "servesAt")}
      </p>
      {url !== null && (
        <div className="flex flex-wrap items-center gap-3">
          <div className="min-w-0 flex-1 basis-64">
            <Command text={url} />
          </div>
          <OutLink href={url} className={buttonClass("solid")}>
            <ExternalLink className="size-3.5" aria-hidden />
            {t("open")}
          </OutLink>
        </div>
      )}
      {action === "rollback" && <p className="text-soft">{t("notUndone")}</p>}
    </section>
  );
}

function DoesNot({ deployment, serving }: OutcomeProps) {
  const t = useTranslations("deployments");
  const said = useSaid();
  const { tenant, name, number, state, message, action } = deployment;
  return (
    <section aria-label={t("outcome")} className="flex items-start gap-3 rounded-xl border border-ink bg-raised p-4 text-sm">
      <span className="pt-1">
        <Mark shape={state === "failed" ? "cross" : "dashed"} />
      </span>
      <div className="flex min-w-0 flex-col gap-3">
        <p role={state === "failed" ? "alert" : "status"} className="break-words font-medium">
          {said(message)}
        </p>
        <p className="text-soft">
          {serving === null
            ? t("nothingStayed")
            : t.rich("servesOn", {
                number: serving.number,
                link: (text) => (
                  <Go href={deploymentHref(serving, serving.number)} className="rounded text-ink underline underline-offset-4">
                    {text}
                  </Go>
                ),
              })}
        </p>
        {action !== "rollback" && state !== "superseded" && (
          <p className="flex flex-wrap gap-2">
            <Go href={newDeploymentHref(tenant, name)} className={buttonClass("solid")}>
              {t("deployOther")}
            </Go>
            <Go href={newDeploymentHref(tenant, name, number)} className={buttonClass()}>
              {t("sameCode")}
            </Go>
          </p>
        )}
      </div>
    </section>
  );
}
