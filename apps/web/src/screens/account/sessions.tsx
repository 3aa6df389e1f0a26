"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { Ago } from "../../i18n/time.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { deviceName } from "./device-name.ts";

/** Where one is signed in, and the ways out of each. */
export function Sessions() {
  const t = useTranslations("account");
  const client = useQueryClient();
  const query = useQuery(queries.sessions());
  const end = useAct({
    run: (id: string | null) => (id === null ? api.account.endOtherSessions() : api.account.endSession(id)),
    onDone: () => void client.invalidateQueries({ queryKey: ["sessions"] }),
  });
  return (
    <Card
      title={t("sessions")}
      actions={
        <Button small isBusy={end.isPending && end.variables === null} onClick={() => end.mutate(null)}>
          {t("endOthers")}
        </Button>
      }
      flush
    >
      <Asked query={query}>
        {(list) => (
          <ul className="divide-y">
            {list.map((session) => (
              <li key={session.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
                <span className="flex min-w-0 flex-col">
                  <span className="truncate" title={session.userAgent ?? undefined}>
                    {deviceName(session.userAgent) ?? t("unknownDevice")}
                  </span>
                  <span className="text-[13px] text-soft">
                    {session.ipAddress} <Ago at={session.updatedAt} />
                  </span>
                </span>
                {session.current ? (
                  <span className="text-soft">{t("thisOne")}</span>
                ) : (
                  <Button small isBusy={end.isPending && end.variables === session.id} onClick={() => end.mutate(session.id)}>
                    {t("endSession")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Asked>
    </Card>
  );
}
