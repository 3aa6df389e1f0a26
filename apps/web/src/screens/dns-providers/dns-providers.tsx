"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useMay, useWhoami } from "../../session/use-may.ts";
import { useChosenTenant } from "../../tenants/use-chosen-tenant.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Select } from "../../ui/input.tsx";
import { Page } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { AddDnsProvider } from "./add-dns-provider.tsx";
import { DnsProviderRow } from "./dns-provider-row.tsx";

/** DNS services that prove names for wildcard certificates: the installation's own, or a tenant's. */
export default function DnsProviders() {
  const t = useTranslations("dnsProviders");
  const mayNot = useMay();
  const seesAll = useWhoami().tenants === "*";
  const { tenant: chosen, names, isReady, choose } = useChosenTenant();
  const [isInstallation, setInstallation] = useState(true);
  const [isAdding, setAdding] = useState(false);
  const tenant = seesAll && isInstallation ? null : chosen;
  if (!isReady) return null;
  const add = (
    <Button
      look="solid"
      why={tenant === null ? mayNot("platform.gateway") : mayNot("domain.write", tenant)}
      disabled={tenant === ""}
      onClick={() => setAdding(true)}
    >
      {t("add")}
    </Button>
  );
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        <>
          {(seesAll || names.length > 0) && (
            <Select
              aria-label={t("owner")}
              value={tenant ?? ""}
              onChange={(event) => {
                setInstallation(event.target.value === "");
                if (event.target.value !== "") choose(event.target.value);
              }}
              className="h-8! w-auto! max-w-48"
            >
              {seesAll && <option value="">{t("installation")}</option>}
              {names.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          )}
          {add}
        </>
      }
    >
      {tenant !== "" && <ProviderList tenant={tenant} />}
      {isAdding && <AddDnsProvider tenant={tenant} onClose={() => setAdding(false)} />}
    </Page>
  );
}

function ProviderList({ tenant }: { tenant: string | null }) {
  const t = useTranslations("dnsProviders");
  const query = useQuery(queries.dnsProviders(tenant));
  const whose = tenant === null ? "" : ` --tenant ${tenant}`;
  return (
    <Asked query={query}>
      {(list) =>
        list.length === 0 ? (
          <Empty
            title={t("emptyTitle")}
            text={t(tenant === null ? "emptyInstallation" : "emptyTenant")}
            command={`./agentpod dns-provider add cf --kind cloudflare --zone example.com --credentials ./cloudflare.yaml${whose}`}
          />
        ) : (
          <Card flush>
            <Table label={t("title")} head={[t("name"), t("kind"), t("zones"), t("since")]} actions={t("actions")}>
              {list.map((provider) => (
                <DnsProviderRow key={provider.id} provider={provider} />
              ))}
            </Table>
          </Card>
        )
      }
    </Asked>
  );
}
