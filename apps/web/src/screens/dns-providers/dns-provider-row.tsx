"use client";
import type { DnsProviderView } from "@agentpod/core/api/dns-provider-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { useMay } from "../../session/use-may.ts";
import { RemoveByName } from "../../ui/remove-by-name.tsx";
import { Cell } from "../../ui/table.tsx";

export function DnsProviderRow({ provider }: { provider: DnsProviderView }) {
  const t = useTranslations("dnsProviders");
  const said = useSaid();
  const mayNot = useMay();
  const { data: kinds = [] } = useQuery(queries.dnsProviderKinds());
  const { tenant, name, kind, zones, createdAt } = provider;
  return (
    <tr>
      <Cell className="font-medium">{name}</Cell>
      <Cell className="whitespace-nowrap">{said(kinds.find((one) => one.kind === kind)?.title ?? kind)}</Cell>
      <Cell className="min-w-40 break-words font-mono text-[13px]">{zones.join(", ")}</Cell>
      <Cell className="whitespace-nowrap text-soft">
        <Ago at={createdAt} />
      </Cell>
      <Cell className="text-right">
        <RemoveByName
          name={name}
          action={t("remove")}
          label={t("removeOne", { name })}
          title={t("removeTitle", { name })}
          warning={t("removeText")}
          why={tenant === null ? mayNot("platform.gateway") : mayNot("domain.write", tenant)}
          run={() => api.dnsProviders.remove(tenant, name)}
          removed={t("removed", { name })}
          listKey="dns-providers"
        />
      </Cell>
    </tr>
  );
}
