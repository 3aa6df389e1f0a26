"use client";
import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { useLocalized } from "../../i18n/localized.ts";
import { Go, go } from "../../routing/go.tsx";
import { useSearch } from "../../routing/use-search.ts";
import { Asked } from "../../ui/asked.tsx";
import { cx } from "../../ui/cx.ts";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { NewAgentForm } from "./new-agent-form.tsx";
import { NewAgentProgress } from "./new-agent-progress.tsx";
import { packageQueries } from "./package-queries.ts";

/** An agent for a customer: which package, what it asks for, and how it comes up. */
export default function NewAgent() {
  return (
    <LaterTexts>
      <NewAgentInside />
    </LaterTexts>
  );
}

function NewAgentInside() {
  const t = useTranslations("newAgent");
  const [made] = useSearch("made");
  const [chosen, choose] = useSearch("package");
  const [tenant] = useSearch("tenant");
  const packages = useQuery(packageQueries.list());
  const tenants = useQuery(queries.tenants());
  const [madeTenant = "", madeName = ""] = made.split("/");
  if (made !== "")
    return (
      <Page title={t("title")} subtitle={t("madeSubtitle")}>
        <NewAgentProgress tenant={madeTenant} name={madeName} />
      </Page>
    );
  return (
    <Page title={t("title")} subtitle={t("subtitle")}>
      <Asked query={packages}>
        {(list) => {
          if (list.length === 0)
            return <Empty title={t("noPackageTitle")} text={t("noPackageText")} command="./agentpod agent package create ./support-bot" />;
          const owner = tenants.data?.find(({ name }) => name === tenant)?.id ?? null;
          const named = list.filter(({ name }) => name === chosen);
          const view = named.find(({ tenantId }) => tenantId !== null && tenantId === owner) ?? named[0];
          return (
            <>
              <ChoosePackage packages={list} chosen={view} onChoose={choose} />
              {view && tenants.data && (
                <NewAgentForm
                  key={`${view.tenantId} ${view.name}`}
                  view={view}
                  tenants={tenants.data.filter(({ id }) => view.tenantId === null || view.tenantId === id).map(({ name }) => name)}
                  tenant={tenant}
                  onMade={(pod) => go(`/agents/new?made=${encodeURIComponent(`${pod.tenant}/${pod.name}`)}`, { replace: true })}
                />
              )}
            </>
          );
        }}
      </Asked>
    </Page>
  );
}

interface ChooseProps {
  packages: AgentPackageView[];
  chosen: AgentPackageView | undefined;
  onChoose(name: string): void;
}

function ChoosePackage({ packages, chosen, onChoose }: ChooseProps) {
  const t = useTranslations("newAgent");
  const localized = useLocalized();
  return (
    <fieldset className="min-w-0">
      <legend className="mb-2 flex w-full flex-wrap items-baseline justify-between gap-2 font-medium text-[13px]">
        {t("package")}
        <Go href="/agents/packages" className="rounded font-normal text-soft underline underline-offset-4 hover:text-ink">
          {t("allPackages")}
        </Go>
      </legend>
      <div className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        {packages.map((one) => (
          <label
            key={`${one.tenantId} ${one.name}`}
            className={cx(
              "flex cursor-pointer flex-col gap-1 rounded-xl border bg-raised p-4 transition-colors has-focus-visible:outline-2 has-focus-visible:outline-ink has-focus-visible:outline-offset-2",
              one === chosen ? "border-ink ring-1 ring-ink" : "hover:border-line-strong",
            )}
          >
            <input
              type="radio"
              name="package"
              value={one.name}
              checked={one === chosen}
              onChange={() => onChoose(one.name)}
              className="sr-only"
            />
            <span className="font-medium text-sm">{localized(one.title)}</span>
            <span className="line-clamp-2 text-[13px] text-soft">{localized(one.description)}</span>
            <span className="text-soft text-xs">
              {one.name}@{one.version}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
