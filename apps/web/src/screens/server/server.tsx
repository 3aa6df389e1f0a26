"use client";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { LinkTabs } from "../../ui/tabs.tsx";
import { CheckAgain, Checks } from "./checks.tsx";

const ServerMetrics = lazy(() => import("./server-metrics.tsx"));
const tabs = ["checks", "metrics"] as const;

/** The machine that AgentPod is on: whether all is in place, and what is used of it. */
export default function Server({ params }: { params: Record<string, string> }) {
  const t = useTranslations("server");
  const tab = tabs.find((one) => one === (params.tab ?? "checks"));
  if (tab === undefined) return <NothingHere />;
  return (
    <Page title={t("title")} subtitle={t(tab === "checks" ? "subtitle" : "metricsSubtitle")} actions={tab === "checks" && <CheckAgain />}>
      <LinkTabs
        label={t("tabsLabel")}
        current={tab}
        tabs={tabs.map((id) => ({ id, text: t(`tabs.${id}`), href: id === "checks" ? "/server" : `/server/${id}` }))}
      />
      {tab === "checks" ? (
        <Checks />
      ) : (
        <Suspense fallback={<Loading lines={8} />}>
          <ServerMetrics />
        </Suspense>
      )}
    </Page>
  );
}
