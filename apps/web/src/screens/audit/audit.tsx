"use client";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { LinkTabs } from "../../ui/tabs.tsx";
import { AuditEntries } from "./audit-entries.tsx";

const AuditChain = lazy(() => import("./audit-chain.tsx"));
const tabs = ["entries", "chain"] as const;

/** Who did what, when, from where, and what came of it; and the proof that it is all there. */
export default function Audit(props: { params: Record<string, string> }) {
  return (
    <LaterTexts>
      <AuditInside {...props} />
    </LaterTexts>
  );
}

function AuditInside({ params }: { params: Record<string, string> }) {
  const t = useTranslations("audit");
  const tab = tabs.find((one) => one === (params.tab ?? "entries"));
  if (tab === undefined) return <NothingHere />;
  return (
    <Page title={t("title")} subtitle={t("subtitle")}>
      <LinkTabs
        label={t("tabsLabel")}
        current={tab}
        tabs={tabs.map((id) => ({ id, text: t(`tabs.${id}`), href: id === "entries" ? "/audit" : `/audit/${id}` }))}
      />
      {tab === "entries" ? (
        <AuditEntries />
      ) : (
        <Suspense fallback={<Loading />}>
          <AuditChain />
        </Suspense>
      )}
    </Page>
  );
}
