"use client";
import type { CertificateView } from "@agentpod/core/api/certificate-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useMay, useWhoami } from "../../session/use-may.ts";
import { TenantPicker } from "../../tenants/tenant-picker.tsx";
import { useChosenTenant } from "../../tenants/use-chosen-tenant.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { Table } from "../../ui/table.tsx";
import { CertificateRow } from "./certificate-row.tsx";
import { UploadCertificate } from "./upload-certificate.tsx";

/** What HTTPS serves: all of it to the installation's admin, a tenant's own to its people. */
export default function Certificates() {
  const t = useTranslations("certificates");
  const seesAll = useWhoami().tenants === "*";
  const { tenant, names, choose } = useChosenTenant();
  const mayNot = useMay();
  const [isUploading, setUploading] = useState(false);
  const owners = [
    ...(seesAll && mayNot("platform.gateway") === null ? [""] : []),
    ...names.filter((name) => mayNot("certificate.write", name) === null),
  ];
  return (
    <Page
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        <>
          {!seesAll && tenant !== "" && <TenantPicker tenant={tenant} names={names} onChoose={choose} />}
          <Button why={owners.length === 0 ? mayNot("certificate.write", tenant) : null} onClick={() => setUploading(true)}>
            {t("upload")}
          </Button>
        </>
      }
    >
      {isUploading && <UploadCertificate owners={owners} onClose={() => setUploading(false)} />}
      {(seesAll || tenant !== "") && <CertificateList tenant={seesAll ? null : tenant} />}
    </Page>
  );
}

function CertificateList({ tenant }: { tenant: string | null }) {
  const t = useTranslations("certificates");
  const query = useQuery(queries.certificates(tenant));
  const byUrgency = (a: CertificateView, b: CertificateView): number => (a.notAfter ?? "").localeCompare(b.notAfter ?? "");
  return (
    <Asked query={query}>
      {(list) =>
        list.length === 0 ? (
          <Empty title={t("emptyTitle")} text={t("emptyText")} command="./agentpod domain add acme example.com" />
        ) : (
          <Card flush>
            <Table label={t("title")} head={[t("names"), t("state"), t("source"), t("validUntil")]} actions={t("actions")}>
              {list.toSorted(byUrgency).map((certificate) => (
                <CertificateRow key={certificate.id} certificate={certificate} />
              ))}
            </Table>
          </Card>
        )
      }
    </Asked>
  );
}
