"use client";
import type { ComponentType } from "react";
import { useTranslations } from "use-intl";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { useMay } from "../../session/use-may.ts";
import { Card } from "../../ui/card.tsx";
import { Page } from "../../ui/page.tsx";
import { LinkTabs } from "../../ui/tabs.tsx";
import { Access } from "./access.tsx";
import { GatewaySettings } from "./gateway-settings.tsx";
import { Installation } from "./installation.tsx";
import { settingsTabs } from "./settings-tabs.ts";

const screens: Record<(typeof settingsTabs)[number]["id"], ComponentType> = {
  installation: Installation,
  access: Access,
  gateway: GatewaySettings,
};

/** What holds for the installation as a whole. */
export default function Settings({ params }: { params: Record<string, string> }) {
  const t = useTranslations("settings");
  const mayNot = useMay();
  const tab = settingsTabs.find(({ id }) => id === (params.tab ?? "installation"));
  if (tab === undefined) return <NothingHere />;
  const why = mayNot(tab.permission);
  const Tab = screens[tab.id];
  return (
    <Page title={t("title")} subtitle={t(`subtitles.${tab.id}`)}>
      <LinkTabs
        label={t("title")}
        current={tab.id}
        tabs={settingsTabs.map(({ id }) => ({ id, text: t(`tabs.${id}`), href: id === "installation" ? "/settings" : `/settings/${id}` }))}
      />
      {why === null ? (
        <Tab />
      ) : (
        <Card>
          <p className="text-soft text-sm">{why}</p>
        </Card>
      )}
    </Page>
  );
}
