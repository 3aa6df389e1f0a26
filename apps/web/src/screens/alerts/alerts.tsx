"use client";
import { type ComponentType, lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { Select } from "../../ui/input.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { LinkTabs } from "../../ui/tabs.tsx";
import { AlertList } from "./alert-list.tsx";
import { useOwner } from "./use-owner.ts";

const tabs = ["now", "rules", "channels", "deliveries"] as const;
const screens: Record<(typeof tabs)[number], ComponentType> = {
  now: AlertList,
  rules: lazy(() => import("./rules.tsx")),
  channels: lazy(() => import("./channels.tsx")),
  deliveries: lazy(() => import("./deliveries.tsx")),
};

/** What is the matter, by which rules that is found, and who is told. */
export default function Alerts(props: { params: Record<string, string> }) {
  return (
    <LaterTexts>
      <AlertsInside {...props} />
    </LaterTexts>
  );
}

function AlertsInside({ params }: { params: Record<string, string> }) {
  const t = useTranslations("alerts");
  const { chosen, choose, tenants, owner, isPlatform } = useOwner();
  const tab = tabs.find((one) => one === (params.tab ?? "now"));
  if (tab === undefined) return <NothingHere />;
  const isOwned = tab === "rules" || tab === "channels";
  const query = chosen === "" ? "" : `?tenant=${encodeURIComponent(chosen)}`;
  const Tab = screens[tab];
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        <Select
          aria-label={t("whose")}
          value={isOwned ? (owner ?? "") : chosen}
          onChange={(event) => choose(event.target.value)}
          className="h-8! w-auto! max-w-56"
        >
          {(!isOwned || isPlatform) && <option value="">{isOwned ? t("installation") : t("all")}</option>}
          {tenants.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      }
    >
      <LinkTabs
        label={t("tabsLabel")}
        current={tab}
        tabs={tabs.map((id) => ({ id, text: t(`tabs.${id}`), href: `/alerts${id === "now" ? "" : `/${id}`}${query}` }))}
      />
      <Suspense fallback={<Loading />}>
        <Tab />
      </Suspense>
    </Page>
  );
}
