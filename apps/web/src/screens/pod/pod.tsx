"use client";
import { toAppError } from "@agentpod/core/errors";
import { useQuery } from "@tanstack/react-query";
import { type ComponentType, lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useSaid } from "../../i18n/said.ts";
import { PhaseText } from "../../pods/phase-text.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { podState } from "../../pods/pod-state.ts";
import { Go } from "../../routing/go.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { LinkTabs } from "../../ui/tabs.tsx";
import { PodActions } from "./pod-actions.tsx";
import { PodOverview } from "./pod-overview.tsx";
import { hasTab, type PodTab, type PodTabProps, podTabs } from "./pod-tabs.ts";

const screens: Record<PodTab, ComponentType<PodTabProps>> = {
  overview: PodOverview,
  agent: lazy(() => import("../agent/agent.tsx")),
  config: lazy(() => import("../agent-config/agent-config.tsx")),
  routes: lazy(() => import("./routes/pod-routes.tsx")),
  revisions: lazy(() => import("./revisions/pod-revisions.tsx")),
  environment: lazy(() => import("./environment/pod-environment.tsx")),
  logs: lazy(() => import("./logs/pod-logs.tsx")),
  files: lazy(() => import("./files/pod-files.tsx")),
  database: lazy(() => import("./database/pod-database.tsx")),
  backups: lazy(() => import("./backups/pod-backups.tsx")),
  terminal: lazy(() => import("./pod-terminal.tsx")),
  metrics: lazy(() => import("./pod-metrics.tsx")),
  events: lazy(() => import("./pod-events.tsx")),
};

/** A pod: what it is, how it does, and everything that can be done with it. */
export default function Pod({ params }: { params: Record<string, string> }) {
  const { tenant = "", pod: name = "", tab: wanted = "overview" } = params;
  const t = useTranslations("pod");
  const said = useSaid();
  const query = useQuery(queries.pod(tenant, name));
  const tab = podTabs.find((one) => one === wanted);
  const isGone = query.isError && toAppError(query.error).code === "not_found";
  if (isGone || tab === undefined) return <NothingHere {...(isGone ? { text: t("gone", { pod: `${tenant}/${name}` }) } : {})} />;
  const Tab = screens[tab];
  return (
    <Page
      title={
        <>
          <span className="min-w-0 break-all">
            <Go href={`/pods?tenant=${encodeURIComponent(tenant)}`} className="rounded font-normal text-soft hover:text-ink">
              {tenant}/
            </Go>
            {name}
          </span>
          {query.data && (
            <span className="font-normal text-sm">
              <PhaseText pod={query.data} />
            </span>
          )}
          {query.data?.adopted && <span className="rounded-full border px-2 font-normal text-xs">{t("adopted")}</span>}
        </>
      }
      subtitle={query.data && podState(query.data).standing !== "fine" && said(query.data.message)}
      actions={query.data && <PodActions pod={query.data} />}
    >
      <LinkTabs
        label={t("tabsLabel")}
        current={tab}
        tabs={podTabs
          .filter((id) => id === tab || hasTab(query.data, id))
          .map((id) => ({ id, text: t(`tabs.${id}`), href: podHref({ tenant, name }, id === "overview" ? undefined : id) }))}
      />
      <Asked query={query}>
        {(pod) => (
          <Suspense fallback={<Loading />}>
            <Tab pod={pod} />
          </Suspense>
        )}
      </Asked>
    </Page>
  );
}
