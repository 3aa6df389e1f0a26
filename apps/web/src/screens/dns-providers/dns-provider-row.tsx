"use client";
import type { DnsProviderView } from "@agentpod/core/api/dns-provider-view";
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
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Cell } from "../../ui/table.tsx";

export function DnsProviderRow({ provider }: { provider: DnsProviderView }) {
  const t = useTranslations("dnsProviders");
  const said = useSaid();
  const client = useQueryClient();
  const mayNot = useMay();
  const { data: kinds = [] } = useQuery(queries.dnsProviderKinds());
  const [isAsking, setAsking] = useState(false);
  const { tenant, name, kind, zones, createdAt } = provider;
  const remove = useAct({
    run: () => api.dnsProviders.remove(tenant, name),
    done: () => t("removed", { name }),
    onDone: () => void client.invalidateQueries({ queryKey: ["dns-providers"] }),
  });
  return (
    <tr>
      <Cell className="font-medium">{name}</Cell>
      <Cell className="whitespace-nowrap">{said(kinds.find((one) => one.kind === kind)?.title ?? kind)}</Cell>
      <Cell className="min-w-40 break-words font-mono text-[13px]">{zones.join(", ")}</Cell>
      <Cell className="whitespace-nowrap text-soft">
        <Ago at={createdAt} />
      </Cell>
      <Cell className="text-right">
        <Button
          small
          why={tenant === null ? mayNot("platform.gateway") : mayNot("domain.write", tenant)}
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
      </Cell>
    </tr>
  );
}
