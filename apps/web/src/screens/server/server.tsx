"use client";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { LinkTabs } from "../../ui/tabs.tsx";
import { CheckAgain, Checks } from "./checks.tsx";

const ServerMetrics = lazy(() => import("./server-metrics.tsx"));
const CleanUp = lazy(() => import("../clean-up/clean-up.tsx"));
const tabs = ["checks", "metrics", "cleanUp"] as const;
const ways = { checks: "/server", metrics: "/server/metrics", cleanUp: "/server/clean-up" } as const;
const subtitles = { checks: "subtitle", metrics: "metricsSubtitle", cleanUp: "cleanUpSubtitle" } as const;

/** The machine that AgentPod is on: whether all is in place, and what is used of it. */
export default function Server({ params }: { params: Record<string, string> }) {
  const t = useTranslations("server");
  const tab = tabs.find((one) => ways[one] === (params.tab === undefined ? ways.checks : `/server/${params.tab}`));
  if (tab === undefined) return <NothingHere />;
  return (
    <Page title={t("title")} subtitle={t(subtitles[tab])} actions={tab === "checks" && <CheckAgain />}>
      <LinkTabs label={t("tabsLabel")} current={tab} tabs={tabs.map((id) => ({ id, text: t(`tabs.${id}`), href: ways[id] }))} />
      {tab === "checks" ? (
        <Checks />
      ) : (
        <Suspense fallback={<Loading lines={8} />}>{tab === "metrics" ? <ServerMetrics /> : <CleanUp />}</Suspense>
      )}
    </Page>
  );
}
