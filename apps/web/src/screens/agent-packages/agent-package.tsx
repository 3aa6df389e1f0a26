"use client";
import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import { toAppError } from "@agentpod/core/errors";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { useLocalized } from "../../i18n/localized.ts";
import { Go } from "../../routing/go.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { useSearch } from "../../routing/use-search.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";
import { Page } from "../../ui/page.tsx";
import { PackageFiles } from "./package-files.tsx";
import { packageQueries } from "./package-queries.ts";
import { PackageRules } from "./package-rules.tsx";
import { PackageVersions } from "./package-versions.tsx";

const NewVersion = lazy(() => import("./new-version.tsx"));

/** One package: who it is, what it knows, what customers may change, and what it was. */
export default function AgentPackage({ params }: { params: Record<string, string> }) {
  return (
    <LaterTexts>
      <AgentPackageInside name={params.name ?? ""} />
    </LaterTexts>
  );
}

function AgentPackageInside({ name }: { name: string }) {
  const t = useTranslations("agentPackages");
  const localized = useLocalized();
  const mayNot = useMay();
  const [tenant] = useSearch("tenant");
  const [wanted, choose] = useSearch("version");
  const [isMaking, setMaking] = useState(false);
  const query = useQuery(packageQueries.versions(name, tenant));
  if (query.isError && toAppError(query.error).code === "not_found") return <NothingHere />;
  const shown = query.data?.find(({ version }) => String(version) === wanted) ?? query.data?.[0];
  const owner = tenant === "" ? "" : `&tenant=${encodeURIComponent(tenant)}`;
  return (
    <Page
      title={shown === undefined ? name : localized(shown.title)}
      subtitle={shown && localized(shown.description)}
      actions={
        <>
          <Button why={mayNot(tenant === "" ? "platform.settings" : "template.write", tenant || undefined)} onClick={() => setMaking(true)}>
            {t("newVersion")}
          </Button>
          <Go href={`/agents/new?package=${encodeURIComponent(name)}${owner}`} className={buttonClass("solid")}>
            {t("newAgent")}
          </Go>
        </>
      }
    >
      <Asked query={query} lines={8}>
        {(versions) => shown && <PackageView shown={shown} versions={versions} tenant={tenant} onChoose={choose} />}
      </Asked>
      <Suspense>{isMaking && <NewVersion name={name} tenant={tenant} onClose={() => setMaking(false)} />}</Suspense>
    </Page>
  );
}

interface ViewProps {
  shown: AgentPackageView;
  versions: AgentPackageView[];
  tenant: string;
  onChoose(version: string): void;
}

function PackageView({ shown, versions, tenant, onChoose }: ViewProps) {
  return (
    <>
      <Command text={`./agentpod pod create ${tenant || "acme"}/agent --package ${shown.name} --wait`} />
      <div className="grid min-w-0 items-start gap-5 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-5">
          <PackageFiles key={shown.version} name={shown.name} version={shown.version} tenant={tenant} />
          <PackageRules shown={shown} />
        </div>
        <PackageVersions versions={versions} shown={shown.version} onChoose={onChoose} />
      </div>
    </>
  );
}
