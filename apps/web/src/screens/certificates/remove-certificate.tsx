"use client";
import type { CertificateView } from "@agentpod/core/api/certificate-view";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useMay } from "../../session/use-may.ts";
import { RemoveByName } from "../../ui/remove-by-name.tsx";

/** For uploaded ones alone: AgentPod keeps the others by itself. */
export function RemoveCertificate({ certificate }: { certificate: CertificateView }) {
  const t = useTranslations("certificates");
  const mayNot = useMay();
  const { id, tenant } = certificate;
  const name = certificate.names[0] ?? "";
  return (
    <RemoveByName
      name={name}
      action={t("remove")}
      label={t("removeOne", { name })}
      title={t("removeTitle", { name })}
      warning={t("removeText")}
      why={tenant === null ? mayNot("platform.gateway") : mayNot("certificate.write", tenant)}
      run={() => api.certificates.delete(tenant, id)}
      removed={t("removed", { name })}
      listKey="certificates"
    />
  );
}
