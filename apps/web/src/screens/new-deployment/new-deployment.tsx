"use client";
import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { useSearch } from "../../routing/use-search.ts";
import { newTenantLink } from "../../tenants/new-tenant-link.tsx";
import { TenantPicker } from "../../tenants/tenant-picker.tsx";
import { useChosenTenant } from "../../tenants/use-chosen-tenant.ts";
import { Asked } from "../../ui/asked.tsx";
import { Page } from "../../ui/page.tsx";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { ChooseSource } from "./choose-source.tsx";
import { DeployForm } from "./deploy-form.tsx";
import { type Brought, useSource } from "./use-source.ts";

/** Code becomes a running application: where it is, what it is found to be, what it is given. */
export default function NewDeployment() {
  return (
    <LaterTexts>
      <NewDeploymentInside />
    </LaterTexts>
  );
}

function NewDeploymentInside() {
  const t = useTranslations("newDeployment");
  const { tenant, names, isReady, choose } = useChosenTenant();
  const [name] = useSearch("name");
  const [from] = useSearch("from");
  return (
    <Page
      title={name === "" ? t("title") : t("titleOf", { name })}
      subtitle={t("subtitle")}
      actions={name === "" && tenant !== "" && <TenantPicker tenant={tenant} names={names} onChoose={choose} />}
    >
      {isReady && tenant === "" && <p className="text-soft text-sm">{t.rich("noTenant", { link: newTenantLink })}</p>}
      {tenant !== "" &&
        (/^\d{1,9}$/.test(from) && name !== "" ? (
          <FromEarlier key={`${tenant} ${name} ${from}`} tenant={tenant} name={name} number={Number(from)} />
        ) : (
          <NewCode key={`${tenant} ${name}`} tenant={tenant} name={name} first={null} earlier={null} />
        ))}
    </Page>
  );
}

/** With the code and the settings of a deployment that there was. */
function FromEarlier({ tenant, name, number }: { tenant: string; name: string; number: number }) {
  const query = useQuery(deploymentQueries.one(tenant, name, number));
  return (
    <Asked query={query} lines={8}>
      {(earlier) => {
        const { source, origin } = earlier;
        return (
          <NewCode
            tenant={tenant}
            name={name}
            first={{ digest: source, origin, name, files: null, bytes: null, notices: [] }}
            earlier={earlier}
          />
        );
      }}
    </Asked>
  );
}

interface NewCodeProps {
  tenant: string;
  name: string;
  first: Brought | null;
  earlier: DeploymentView | null;
}

function NewCode({ tenant, name, first, earlier }: NewCodeProps) {
  const source = useSource(tenant, first);
  const { brought } = source;
  return (
    <>
      <ChooseSource tenant={tenant} name={name} source={source} />
      {brought !== null && <DeployForm key={brought.digest} tenant={tenant} brought={brought} name={name} earlier={earlier} />}
    </>
  );
}
