"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { At } from "../../i18n/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";

/** Invitations that were not accepted yet; nothing when there are none. */
export function Invitations({ tenant }: { tenant: string }) {
  const t = useTranslations("members");
  const client = useQueryClient();
  const { data = [] } = useQuery(queries.invitations(tenant));
  const revoke = useAct({
    run: (id: string) => api.invitations.revoke(tenant, id),
    onDone: () => void client.invalidateQueries({ queryKey: ["invitations", tenant] }),
  });
  if (data.length === 0) return null;
  return (
    <Card title={t("open")} flush>
      <ul className="divide-y">
        {data.map(({ id, email, role, expiresAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
            <span className="min-w-0 break-all font-medium">{email ?? t("anybody")}</span>
            <span className="text-soft">{t(`roles.${role}`)}</span>
            <span className="text-soft">
              {t("until")} <At at={expiresAt} />
            </span>
            <Button small className="ml-auto" isBusy={revoke.isPending && revoke.variables === id} onClick={() => revoke.mutate(id)}>
              {t("revoke")}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
