"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { TenantPicker } from "../../tenants/tenant-picker.tsx";
import { useChosenTenant } from "../../tenants/use-chosen-tenant.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { newDeploymentHref } from "./deployment-href.ts";
import { deploymentQueries } from "./deployment-queries.ts";
import { ProjectRow } from "./project-row.tsx";
import { projectsOf } from "./projects-of.ts";

/** A tenant's applications that came from code: what serves, where, and how the newest deployment stands. */
export default function Deployments() {
  return (
    <LaterTexts>
      <DeploymentsInside />
    </LaterTexts>
  );
}

function DeploymentsInside() {
  const t = useTranslations("deployments");
  const mayNot = useMay();
  const { tenant, names, isReady, choose } = useChosenTenant();
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        tenant !== "" && (
          <>
            <TenantPicker tenant={tenant} names={names} onChoose={choose} />
            <Button look="solid" why={mayNot("pod.write", tenant)} onClick={() => go(newDeploymentHref(tenant))}>
              {t("deploy")}
            </Button>
          </>
        )
      }
    >
      {isReady && tenant === "" && <Empty title={t("noTenantTitle")} text={t("noTenantText")} command="./agentpod tenant create acme" />}
      {tenant !== "" && <ProjectList key={tenant} tenant={tenant} />}
    </Page>
  );
}

function ProjectList({ tenant }: { tenant: string }) {
  const t = useTranslations("deployments");
  const mayNot = useMay();
  const query = useQuery(deploymentQueries.list(tenant));
  const { data: previews = [] } = useQuery(deploymentQueries.previews(tenant));
  return (
    <Asked query={query} lines={6}>
      {(list) =>
        list.length === 0 ? (
          <Empty
            title={t("emptyTitle")}
            text={t("emptyText")}
            command={`./agentpod deploy . --tenant ${tenant}`}
            action={
              <Button look="solid" why={mayNot("pod.write", tenant)} onClick={() => go(newDeploymentHref(tenant))}>
                {t("deployFirst")}
              </Button>
            }
          />
        ) : (
          <Card flush>
            <ul aria-label={t("title")} className="divide-y">
              {projectsOf(list).map((project) => (
                <ProjectRow
                  key={project.name}
                  project={project}
                  previewOf={previews.find(({ name }) => name === project.name)?.project ?? null}
                />
              ))}
            </ul>
          </Card>
        )
      }
    </Asked>
  );
}
