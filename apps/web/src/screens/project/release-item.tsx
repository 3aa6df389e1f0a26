"use client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Go } from "../../routing/go.tsx";
import { useActors } from "../../session/use-actors.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { ReleaseFacts } from "../deployment/release-facts.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { DeploymentState } from "../deployments/deployment-state.tsx";
import { canRollBackTo, presentNumber } from "./can-roll-back.ts";
import { CompareReleases } from "./compare-releases.tsx";

interface ReleaseProps {
  release: DeploymentSummary;
  all: readonly DeploymentSummary[];
  onRollBack(target: DeploymentSummary): void;
}

/** One deployment of an application: how it stands, what it is and what it changed, and the way back to it. */
export function ReleaseItem({ release, all, onRollBack }: ReleaseProps) {
  const t = useTranslations("deployments");
  const said = useSaid();
  const mayNot = useMay();
  const { nameOf } = useActors();
  const [isOpen, setOpen] = useState(false);
  const { tenant, name, number, action, target, state, serves, message, origin, source, actor, createdAt } = release;
  return (
    <li className="flex flex-col gap-2 px-4 py-3 text-sm">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
          <Go href={deploymentHref({ tenant, name }, number)} className="rounded font-medium underline-offset-4 hover:underline">
            {t("number", { number })}
          </Go>
          <DeploymentState state={state} />
          {serves && <span className="rounded-full border px-2 text-xs">{t("servesNow")}</span>}
          {action === "promote" && <span className="text-soft">{t("promoted")}</span>}
          {action === "rollback" && <span className="text-soft">{t("backToNumber", { number: target ?? 0 })}</span>}
          <span className="text-soft text-xs">
            <Ago at={createdAt} />
          </span>
        </span>
        {canRollBackTo(release, presentNumber(all)) && (
          <Button small why={mayNot("pod.write", tenant)} aria-label={t("rollBackTo", { number })} onClick={() => onRollBack(release)}>
            {t("rollBack")}
          </Button>
        )}
      </div>
      <p className="flex flex-wrap gap-x-3 gap-y-0.5 text-[13px] text-soft">
        <span className="break-all">{origin}</span>
        <code title={source} className="font-mono">
          {source.replace(/^sha256:/, "").slice(0, 12)}
        </code>
        <span className="break-all">{nameOf(actor)}</span>
      </p>
      {state !== "succeeded" && message !== "" && <p className="line-clamp-3 break-words">{said(message)}</p>}
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={t("detailsOf", { number })}
        onClick={() => setOpen(!isOpen)}
        className="-ml-1 flex h-7 items-center gap-1 self-start rounded-md px-1 text-[13px] text-soft hover:bg-hover hover:text-ink"
      >
        <ChevronRight className={isOpen ? "size-3.5 rotate-90" : "size-3.5"} aria-hidden />
        {t("details")}
      </button>
      {isOpen && <Details release={release} others={all.map((one) => one.number).filter((one) => one !== number)} />}
    </li>
  );
}

function Details({ release: { tenant, name, number }, others }: { release: DeploymentSummary; others: number[] }) {
  const t = useTranslations("deployments");
  const query = useQuery(deploymentQueries.one(tenant, name, number));
  return (
    <Asked query={query}>
      {(release) => (
        <div className="grid min-w-0 gap-5 rounded-md border bg-surface p-4 lg:grid-cols-2">
          <ReleaseFacts release={release} />
          {others.length > 0 && (
            <section aria-label={t("changes")} className="flex min-w-0 flex-col gap-2">
              <h3 className="font-medium text-[13px]">{t("changes")}</h3>
              <CompareReleases release={release} others={others} />
            </section>
          )}
        </div>
      )}
    </Asked>
  );
}
