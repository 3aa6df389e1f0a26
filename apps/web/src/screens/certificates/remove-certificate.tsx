"use client";
import type { CertificateView } from "@agentpod/core/api/certificate-view";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";

/** For uploaded ones alone: AgentPod keeps the others by itself. */
export function RemoveCertificate({ certificate }: { certificate: CertificateView }) {
  const t = useTranslations("certificates");
  const client = useQueryClient();
  const mayNot = useMay();
  const [isAsking, setAsking] = useState(false);
  const { id, tenant } = certificate;
  const name = certificate.names[0] ?? "";
  const remove = useAct({
    run: () => api.certificates.delete(tenant, id),
    done: () => t("removed", { name }),
    onDone: () => void client.invalidateQueries({ queryKey: ["certificates"] }),
  });
  return (
    <>
      <Button
        small
        why={tenant === null ? mayNot("platform.gateway") : mayNot("certificate.write", tenant)}
        aria-label={t("removeOne", { name })}
        onClick={() => setAsking(true)}
      >
        {t("remove")}
      </Button>
      <ConfirmByName
        open={isAsking}
        onOpenChange={setAsking}
        title={t("removeTitle", { name })}
        warning={t("removeText")}
        name={name}
        action={t("remove")}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}
