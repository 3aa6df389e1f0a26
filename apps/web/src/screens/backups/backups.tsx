"use client";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { useHeld } from "../../session/use-may.ts";
import { Loading } from "../../ui/loading.tsx";
import { Page } from "../../ui/page.tsx";
import { LinkTabs } from "../../ui/tabs.tsx";
import { useOwner } from "../alerts/use-owner.ts";
import { OwnerPicker } from "./owner-picker.tsx";

const OwnBackups = lazy(() => import("./own-backups.tsx"));
const TenantBackups = lazy(() => import("../backup-targets/tenant-backups.tsx"));
const BackupTargets = lazy(() => import("../backup-targets/backup-targets.tsx"));

const tabs = ["own", "pods", "targets"] as const;

/** Backups: of AgentPod itself, of pods, and where the latter are put. */
export default function Backups(props: { params: Record<string, string> }) {
  return (
    <LaterTexts>
      <BackupsInside {...props} />
    </LaterTexts>
  );
}

function BackupsInside({ params }: { params: Record<string, string> }) {
  const t = useTranslations("backups");
  const isPlatform = useHeld()().includes("platform.read");
  const { owner, tenants, choose } = useOwner();
  const allowed = tabs.filter((one) => isPlatform || one !== "own");
  const tab = params.tab === undefined ? allowed[0] : allowed.find((one) => one === params.tab);
  if (tab === undefined) return <NothingHere />;
  const tenant = owner ?? tenants[0];
  const query = typeof owner === "string" ? `?tenant=${encodeURIComponent(owner)}` : "";
  return (
    <Page
      title={t("title")}
      subtitle={t(`subtitles.${tab}`)}
      actions={
        tab !== "own" && (
          <OwnerPicker
            owner={tab === "pods" ? tenant : owner}
            tenants={tenants}
            choose={choose}
            hasInstallation={tab === "targets" && isPlatform}
          />
        )
      }
    >
      <LinkTabs
        label={t("tabsLabel")}
        current={tab}
        tabs={allowed.map((id) => ({ id, text: t(`tabs.${id}`), href: `/backups${id === "own" ? "" : `/${id}${query}`}` }))}
      />
      <Suspense fallback={<Loading />}>
        {tab === "own" && <OwnBackups />}
        {tab === "pods" && (tenant === undefined ? <NoTenant /> : <TenantBackups key={tenant} tenant={tenant} />)}
        {tab === "targets" && (owner === undefined ? <NoTenant /> : <BackupTargets key={owner} owner={owner} />)}
      </Suspense>
    </Page>
  );
}

function NoTenant() {
  const t = useTranslations("backups");
  return <p className="text-soft text-sm">{t("noTenant")}</p>;
}
