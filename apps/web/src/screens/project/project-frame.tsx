"use client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { toAppError } from "@agentpod/core/errors";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Go } from "../../routing/go.tsx";
import { NothingHere } from "../../routing/nothing-here.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Page } from "../../ui/page.tsx";
import { LinkTabs } from "../../ui/tabs.tsx";
import { deploymentHref, pushHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { ProjectActions } from "./project-actions.tsx";

interface FrameProps {
  tenant: string;
  name: string;
  tab: "releases" | "push";
  /** Told of every deployment of it, the newest first; there is one at least. */
  children(all: readonly DeploymentSummary[]): ReactNode;
}

/** What an application's pages share: its name, what serves, what can be done with it, and the way from one to another. */
export function ProjectFrame({ tenant, name, tab, children }: FrameProps) {
  const t = useTranslations("deployments");
  const query = useQuery(deploymentQueries.ofApplication(tenant, name));
  const list = query.data ?? [];
  const isNone = query.isSuccess ? list.length === 0 : ["not_found", "invalid"].includes(query.isError ? toAppError(query.error).code : "");
  if (isNone) return <NothingHere text={t("noProject")} />;
  const serving = list.find(({ serves }) => serves) ?? null;
  return (
    <Page
      title={
        <span className="min-w-0 break-all">
          <Go href={`/deployments?tenant=${encodeURIComponent(tenant)}`} className="rounded font-normal text-soft hover:text-ink">
            {tenant}/
          </Go>
          {name}
        </span>
      }
      subtitle={query.data && (serving === null ? t("nothingServes") : t("serves", { number: serving.number }))}
      actions={query.data && <ProjectActions tenant={tenant} name={name} serving={serving} />}
    >
      <LinkTabs
        label={`${tenant}/${name}`}
        current={tab}
        tabs={[
          { id: "releases", text: t("releases"), href: deploymentHref({ tenant, name }) },
          { id: "push", text: t("push"), href: pushHref({ tenant, name }) },
        ]}
      />
      <Asked query={query} lines={8}>
        {(all) => children(all)}
      </Asked>
    </Page>
  );
}
