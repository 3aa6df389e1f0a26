"use client";
import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Ago } from "../../i18n/time.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { PodMark } from "../../pods/pod-mark.tsx";
import { Go } from "../../routing/go.tsx";
import { useActors } from "../../session/use-actors.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { agentsOf, packageQueries } from "./package-queries.ts";

interface VersionsProps {
  versions: AgentPackageView[];
  shown: number;
  onChoose(version: string): void;
}

/** What the package was, who made each version, and who uses it. */
export function PackageVersions({ versions, shown, onChoose }: VersionsProps) {
  const t = useTranslations("agentPackages");
  const { nameOf } = useActors();
  const { data: pods = [] } = useQuery(queries.pods());
  const { data: tenants = [] } = useQuery(queries.tenants());
  const { data: packages = [] } = useQuery(packageQueries.list());
  const [newest] = versions;
  const names = new Map(tenants.map(({ id, name }) => [id, name]));
  const agents = newest === undefined ? [] : agentsOf(pods, newest, packages, names);
  return (
    <div className="flex min-w-0 flex-col gap-5">
      <Card title={t("versions")} flush>
        <ul aria-label={t("versions")} className="divide-y">
          {versions.map(({ version, createdAt, createdBy }, i) => (
            <li key={version} className="flex items-center justify-between gap-3 px-4 py-2.5 text-sm">
              <span className="min-w-0">
                <span className="font-medium">{t("versionNumber", { version })}</span>
                {i === 0 && <span className="ml-2 rounded-full border px-2 text-xs">{t("newest")}</span>}
                <span className="block break-all text-soft text-xs">
                  {nameOf(createdBy)} · <Ago at={createdAt} />
                </span>
                <span className="block text-soft text-xs">
                  {t("agentCount", { count: agents.filter(({ template }) => template?.version === version).length })}
                </span>
              </span>
              {version === shown ? (
                <span className="whitespace-nowrap text-soft text-xs">{t("shown")}</span>
              ) : (
                <Button small aria-label={t("showOne", { version })} onClick={() => onChoose(i === 0 ? "" : String(version))}>
                  {t("show")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Card>
      <Card title={t("agents")} flush>
        {agents.length === 0 ? (
          <p className="px-4 py-4 text-soft text-sm">{t("noAgents")}</p>
        ) : (
          <ul aria-label={t("agents")} className="divide-y">
            {agents.map((pod) => (
              <li key={pod.id} className="flex items-center justify-between gap-3 px-4 py-2.5 text-sm">
                <Go href={podHref(pod)} className="flex min-w-0 items-center gap-2 rounded underline-offset-4 hover:underline">
                  <PodMark pod={pod} />
                  <span className="min-w-0 break-all">
                    {pod.tenant}/{pod.name}
                  </span>
                </Go>
                <span className="whitespace-nowrap text-soft text-xs">{t("versionNumber", { version: pod.template?.version ?? 0 })}</span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}
