"use client";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useSearch } from "../../routing/use-search.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { DeleteTenant } from "./delete-tenant.tsx";
import { NewTenant } from "./new-tenant.tsx";
import { TenantRow } from "./tenant-row.tsx";

/** Customers, teams or users, each with pods of its own. */
export default function Tenants() {
  const t = useTranslations("tenants");
  const mayNot = useMay();
  const tenants = useQuery(queries.tenants());
  const { data: pods = [] } = useQuery(queries.pods());
  const [creating, setCreating] = useSearch("new");
  const [doomed, setDoomed] = useState<string | null>(null);
  const create = (
    <Button look="solid" why={mayNot("tenant.create")} onClick={() => setCreating("1")}>
      {t("new")}
    </Button>
  );
  return (
    <Page title={t("title")} subtitle={t("subtitle")} actions={create}>
      <Asked query={tenants}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("emptyTitle")} text={t("emptyText")} command="./agentpod tenant create acme" />
          ) : (
            <Card flush>
              <Table label={t("title")} head={[t("name"), t("pods"), t("quota"), t("created")]} actions={t("actions")}>
                {list.map((tenant) => (
                  <TenantRow
                    key={tenant.id}
                    tenant={tenant}
                    pods={pods.filter((pod) => pod.tenant === tenant.name)}
                    onDelete={() => setDoomed(tenant.name)}
                  />
                ))}
              </Table>
            </Card>
          )
        }
      </Asked>
      <NewTenant open={creating !== ""} onClose={() => setCreating("")} />
      {doomed !== null && (
        <DeleteTenant name={doomed} pods={pods.filter((pod) => pod.tenant === doomed).length} onClose={() => setDoomed(null)} />
      )}
    </Page>
  );
}
