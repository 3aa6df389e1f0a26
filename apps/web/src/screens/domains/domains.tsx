"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useMay } from "../../session/use-may.ts";
import { TenantPicker } from "../../tenants/tenant-picker.tsx";
import { useChosenTenant } from "../../tenants/use-chosen-tenant.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { AddDomain } from "./add-domain.tsx";
import { DomainCard } from "./domain-card.tsx";

/** A tenant's own domains: what to publish, and whether it has been seen. */
export default function Domains() {
  const t = useTranslations("domains");
  const mayNot = useMay();
  const { tenant, names, isReady, choose } = useChosenTenant();
  const [isAdding, setAdding] = useState(false);
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        tenant !== "" && (
          <>
            <TenantPicker tenant={tenant} names={names} onChoose={choose} />
            <Button look="solid" why={mayNot("domain.write", tenant)} onClick={() => setAdding(true)}>
              {t("add")}
            </Button>
          </>
        )
      }
    >
      {isReady && tenant === "" && <Empty title={t("noTenantTitle")} text={t("noTenantText")} command="./agentpod tenant create acme" />}
      {tenant !== "" && <DomainList key={tenant} tenant={tenant} />}
      <AddDomain tenant={tenant} open={isAdding} onClose={() => setAdding(false)} />
    </Page>
  );
}

function DomainList({ tenant }: { tenant: string }) {
  const t = useTranslations("domains");
  const query = useQuery(queries.domains(tenant));
  return (
    <Asked query={query}>
      {(list) =>
        list.length === 0 ? (
          <Empty title={t("emptyTitle")} text={t("emptyText")} command={`./agentpod domain add ${tenant} example.com`} />
        ) : (
          <div className="flex flex-col gap-4">
            {list.map((domain) => (
              <DomainCard key={domain.id} domain={domain} />
            ))}
          </div>
        )
      }
    </Asked>
  );
}
