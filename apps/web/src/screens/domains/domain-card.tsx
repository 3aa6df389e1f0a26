"use client";
import type { DomainSummary } from "@agentpod/core/api/domain-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Mark } from "../../ui/mark.tsx";
import { DnsRecord } from "./dns-record.tsx";

/** One domain: its state, and what its owner still has to publish. */
export function DomainCard({ domain }: { domain: DomainSummary }) {
  const t = useTranslations("domains");
  const said = useSaid();
  const client = useQueryClient();
  const mayNot = useMay();
  const [isRemoving, setRemoving] = useState(false);
  const { data: whole } = useQuery(queries.domain(domain.tenant, domain.name));
  const refresh = (): void => void client.invalidateQueries({ queryKey: ["domains", domain.tenant] });
  const verify = useAct({
    run: () => api.domains.verify(domain.tenant, domain.name),
    done: ({ message }) => said(message),
    onDone: refresh,
  });
  const remove = useAct({
    run: () => api.domains.remove(domain.tenant, domain.name),
    done: () => t("removed", { name: domain.unicode }),
    onDone: refresh,
  });
  const isVerified = domain.state === "verified";
  return (
    <Card
      title={
        <span className="flex items-center gap-2">
          <Mark shape={isVerified ? "full" : "half"} />
          <span className="break-all">{domain.unicode}</span>
          <span className="font-normal text-soft">{t(`state.${domain.state}`)}</span>
        </span>
      }
      actions={
        <span className="flex gap-2">
          <Button small why={mayNot("domain.write", domain.tenant)} isBusy={verify.isPending} onClick={() => verify.mutate()}>
            {t("verify")}
          </Button>
          <Button small why={mayNot("domain.write", domain.tenant)} onClick={() => setRemoving(true)}>
            {t("remove")}
          </Button>
        </span>
      }
    >
      <div className="flex flex-col gap-4 text-sm">
        {domain.message !== "" && (
          <p>
            {said(domain.message)} <span className="text-soft">{domain.checkedAt && <Ago at={domain.checkedAt} />}</span>
          </p>
        )}
        {!isVerified && (
          <div className="flex flex-col gap-2">
            <p className="text-soft">{t("publishTxt")}</p>
            <DnsRecord type="TXT" name={domain.publish.txt.name} value={domain.publish.txt.value} />
          </div>
        )}
        {whole && (
          <div className="flex flex-col gap-2">
            <p className="text-soft">{said(whole.address.text)}</p>
            {whole.address.records.map((record) => (
              <DnsRecord key={`${record.type} ${record.name} ${record.value}`} {...record} />
            ))}
          </div>
        )}
      </div>
      <ConfirmByName
        open={isRemoving}
        onOpenChange={setRemoving}
        title={t("removeTitle", { name: domain.unicode })}
        warning={t("removeText")}
        name={domain.name}
        action={t("remove")}
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </Card>
  );
}
