"use client";
import type { TokenView } from "@agentpod/core/api/token-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { Ago, At } from "../../i18n/time.tsx";
import { useMay, useWhoami } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { Cell } from "../../ui/table.tsx";

export function TokenRow({ token }: { token: TokenView }) {
  const t = useTranslations("tokens");
  const client = useQueryClient();
  const mayNot = useMay();
  const isOwn = useWhoami().user?.id === token.ownerId;
  const [isDoomed, setDoomed] = useState(false);
  const { data: tenants = [] } = useQuery(queries.tenants());
  const scope = tenants.find(({ id }) => id === token.tenantId)?.name;
  const remove = useAct({
    run: () => api.tokens.delete(token.id),
    done: () => t("deleted", { name: token.name }),
    onDone: () => void client.invalidateQueries({ queryKey: ["tokens"] }),
  });
  return (
    <tr>
      <Cell className="whitespace-nowrap font-medium">{token.name}</Cell>
      <Cell className="whitespace-nowrap text-soft">
        {token.tenantId === null ? t("allTenants") : (scope ?? token.tenantId.slice(0, 8))}
      </Cell>
      <Cell className="whitespace-nowrap text-soft" title={token.permissions.join(", ")}>
        {t("permissionCount", { count: token.permissions.length })}
      </Cell>
      <Cell className="whitespace-nowrap text-soft">{token.lastUsedAt === null ? t("never") : <Ago at={token.lastUsedAt} />}</Cell>
      <Cell className="whitespace-nowrap text-soft">{token.expiresAt === null ? t("never") : <At at={token.expiresAt} />}</Cell>
      <Cell className="text-right">
        <Button
          small
          why={isOwn ? null : mayNot("token.manage", scope)}
          onClick={() => setDoomed(true)}
          aria-label={t("deleteOne", { name: token.name })}
        >
          {t("delete")}
        </Button>
        <ConfirmByName
          open={isDoomed}
          onOpenChange={setDoomed}
          title={t("deleteTitle", { name: token.name })}
          warning={t("deleteText")}
          name={token.name}
          action={t("delete")}
          isBusy={remove.isPending}
          onConfirm={() => remove.mutate()}
        />
      </Cell>
    </tr>
  );
}
