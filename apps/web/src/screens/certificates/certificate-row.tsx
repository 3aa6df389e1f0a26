"use client";
import type { CertificateView } from "@agentpod/core/api/certificate-view";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { At } from "../../i18n/time.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";
import { Cell } from "../../ui/table.tsx";
import { RemoveCertificate } from "./remove-certificate.tsx";

const shapes: Record<CertificateView["state"], Shape> = {
  pending: "half",
  issued: "full",
  expiring: "half",
  expired: "cross",
  failing: "cross",
};

export function CertificateRow({ certificate }: { certificate: CertificateView }) {
  const t = useTranslations("certificates");
  const said = useSaid();
  const client = useQueryClient();
  const mayNot = useMay();
  const { names, state, source, notAfter, message } = certificate;
  const renew = useAct({
    run: () => api.certificates.renew(certificate.tenant, certificate.id),
    done: () => t("renewalAsked", { name: names[0] ?? "" }),
    onDone: () => void client.invalidateQueries({ queryKey: ["certificates"] }),
  });
  return (
    <tr>
      <Cell className="min-w-48">
        <span className="break-all font-medium">{names.join(", ")}</span>
        <span className="block text-[13px] text-soft">{certificate.tenant ?? t("installation")}</span>
        {message !== "" && <span className="block break-words text-[13px]">{said(message)}</span>}
      </Cell>
      <Cell>
        <span className="inline-flex items-center gap-2 whitespace-nowrap">
          <Mark shape={shapes[state]} />
          {t(`states.${state}`)}
        </span>
      </Cell>
      <Cell className="whitespace-nowrap text-soft">{t(`sources.${source}`)}</Cell>
      <Cell className="whitespace-nowrap text-soft">
        <At at={notAfter} />
      </Cell>
      <Cell className="text-right">
        {source === "uploaded" ? (
          <RemoveCertificate certificate={certificate} />
        ) : (
          <Button
            small
            why={mayNot("certificate.write", certificate.tenant ?? undefined)}
            isBusy={renew.isPending}
            onClick={() => renew.mutate()}
            aria-label={t("renewOne", { name: names[0] ?? "" })}
          >
            {t("renew")}
          </Button>
        )}
      </Cell>
    </tr>
  );
}
