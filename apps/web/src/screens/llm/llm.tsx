"use client";
import { type ComponentType, lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { Select } from "../../ui/input.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { LinkTabs } from "../../ui/tabs.tsx";
import { useLlmOwner } from "./use-llm-owner.ts";

const tabs = ["providers", "keys", "budgets", "usage"] as const;
const screens: Record<(typeof tabs)[number], ComponentType> = {
  providers: lazy(() => import("./providers.tsx")),
  keys: lazy(() => import("./llm-keys.tsx")),
  budgets: lazy(() => import("./budgets.tsx")),
  usage: lazy(() => import("./usage.tsx")),
};

/** The proxy for models: who answers, who may ask, how much, and what was used. */
export default function Llm(props: { params: Record<string, string> }) {
  return (
    <LaterTexts>
      <LlmInside {...props} />
    </LaterTexts>
  );
}

function LlmInside({ params }: { params: Record<string, string> }) {
  const t = useTranslations("llm");
  const { chosen, choose, tenants, isPlatform, tenant } = useLlmOwner();
  const tab = tabs.find((one) => one === (params.tab ?? "providers"));
  if (tab === undefined) return <NothingHere />;
  const query = chosen === "" ? "" : `?tenant=${encodeURIComponent(chosen)}`;
  const Tab = screens[tab];
  // Keys and budgets are always a tenant's; usage may be looked at for all of them.
  const isAnybodys = tab === "usage" || (tab === "providers" && isPlatform);
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        tenants.length > 0 && (
          <Select
            aria-label={t("whose")}
            value={isAnybodys ? chosen : tenant}
            onChange={(event) => choose(event.target.value)}
            className="h-8! w-auto! max-w-56"
          >
            {isAnybodys && <option value="">{t(tab === "usage" ? "allTenants" : "installation")}</option>}
            {tenants.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </Select>
        )
      }
    >
      <LinkTabs
        label={t("title")}
        current={tab}
        tabs={tabs.map((id) => ({ id, text: t(`tabs.${id}`), href: `/models${id === "providers" ? "" : `/${id}`}${query}` }))}
      />
      <Suspense fallback={<Loading />}>
        <Tab />
      </Suspense>
    </Page>
  );
}
