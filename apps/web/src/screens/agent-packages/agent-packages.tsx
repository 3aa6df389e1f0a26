"use client";
import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { useLocalized } from "../../i18n/localized.ts";
import { Ago } from "../../i18n/time.tsx";
import { Go } from "../../routing/go.tsx";
import { useActors } from "../../session/use-actors.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { agentsOf, packageHref, packageQueries } from "./package-queries.ts";

// Its reader of YAML comes along with it.
const NewVersion = lazy(() => import("./new-version.tsx"));

/** What agents are made from: the installation's packages and the tenants' own. */
export default function AgentPackages() {
  return (
    <LaterTexts>
      <AgentPackagesInside />
    </LaterTexts>
  );
}

function AgentPackagesInside() {
  const t = useTranslations("agentPackages");
  const mayNot = useMay();
  const query = useQuery(packageQueries.list());
  const [isMaking, setMaking] = useState(false);
  const make = (
    <Button look="solid" why={mayNot("template.write")} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  );
  return (
    <Page title={t("title")} subtitle={t("subtitle")} actions={make}>
      <Asked query={query}>
        {(packages) =>
          packages.length === 0 ? (
            <Empty title={t("emptyTitle")} text={t("emptyText")} action={make} command="./agentpod agent package create ./support-bot" />
          ) : (
            <PackageTable packages={packages} />
          )
        }
      </Asked>
      <Suspense>{isMaking && <NewVersion name={null} tenant={null} onClose={() => setMaking(false)} />}</Suspense>
    </Page>
  );
}

function PackageTable({ packages }: { packages: AgentPackageView[] }) {
  const t = useTranslations("agentPackages");
  const localized = useLocalized();
  const { nameOf } = useActors();
  const { data: pods = [] } = useQuery(queries.pods());
  const { data: tenants = [] } = useQuery(queries.tenants());
  const names = new Map(tenants.map(({ id, name }) => [id, name]));
  return (
    <Card flush>
      <Table label={t("title")} head={[t("package"), t("version"), t("madeBy"), t("for"), t("agents")]} actions={t("actions")}>
        {packages.map((one) => {
          const tenant = one.tenantId === null ? "" : (names.get(one.tenantId) ?? "");
          const used = agentsOf(pods, one, packages, names).length;
          return (
            <tr key={`${one.tenantId} ${one.name}`}>
              <Cell className="min-w-52">
                <Go href={packageHref(one.name, tenant)} className="rounded font-medium underline-offset-4 hover:underline">
                  {localized(one.title)}
                </Go>
                <span className="block break-all font-mono text-[12px] text-soft">{one.name}</span>
              </Cell>
              <Cell className="whitespace-nowrap tabular-nums">{one.version}</Cell>
              <Cell className="min-w-32 text-soft">
                <span className="block break-all">{nameOf(one.createdBy)}</span>
                <span className="text-xs">
                  <Ago at={one.createdAt} />
                </span>
              </Cell>
              <Cell className="whitespace-nowrap text-soft">{tenant === "" ? t("everyone") : tenant}</Cell>
              <Cell className="whitespace-nowrap text-soft tabular-nums">{t("agentCount", { count: used })}</Cell>
              <Cell className="text-right">
                <Go
                  href={`/agents/new?package=${encodeURIComponent(one.name)}${tenant === "" ? "" : `&tenant=${encodeURIComponent(tenant)}`}`}
                  className={buttonClass("line", true)}
                  aria-label={t("newAgentOf", { name: one.name })}
                >
                  {t("newAgent")}
                </Go>
              </Cell>
            </tr>
          );
        })}
      </Table>
    </Card>
  );
}
