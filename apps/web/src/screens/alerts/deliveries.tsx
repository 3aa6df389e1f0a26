"use client";
import type { AlertDeliveryView } from "@agentpod/core/api/alert-view";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";
import { alertQueries } from "./alert-queries.ts";
import { useOwner } from "./use-owner.ts";

const shapes: Record<AlertDeliveryView["state"], Shape> = { queued: "half", delivered: "full", dead: "cross" };

/** What channels were told, and what they did not take. */
export default function Deliveries() {
  const t = useTranslations("alerts");
  const { chosen } = useOwner();
  const query = useQuery(alertQueries.deliveries(chosen));
  return (
    <Card flush>
      <Asked query={query} lines={6}>
        {(list) =>
          list.length === 0 ? (
            <Empty title={t("noDeliveriesTitle")} text={t("noDeliveriesText")} command="./agentpod alert deliveries" />
          ) : (
            <ul aria-label={t("tabs.deliveries")} className="divide-y">
              {list.map((delivery) => (
                <Delivery key={delivery.id} delivery={delivery} />
              ))}
            </ul>
          )
        }
      </Asked>
    </Card>
  );
}

function Delivery({
  delivery: { channel, kind, tenant, phase, subject, state, attempts, nextAt, error, createdAt, deliveredAt },
}: {
  delivery: AlertDeliveryView;
}) {
  const t = useTranslations("alerts");
  const said = useSaid();
  return (
    <li className="grid grid-cols-[0.75rem_1fr] gap-x-3 gap-y-1 px-4 py-3 text-sm sm:grid-cols-[0.75rem_minmax(8rem,14rem)_1fr_auto]">
      <span className="pt-1">
        <Mark shape={shapes[state]} />
      </span>
      <span className="flex min-w-0 flex-col">
        <span className="break-all font-medium">{channel}</span>
        <span className="text-soft text-xs">
          {t(`channelKinds.${kind}`)} · {tenant ?? t("installation")}
        </span>
      </span>
      <span className="col-start-2 flex min-w-0 flex-col gap-0.5 sm:col-start-auto">
        <span className="break-words">{t(`phases.${phase}`, { subject })}</span>
        <span className="text-soft">
          {state === "queued" &&
            (attempts === 0 ? (
              t("queued")
            ) : (
              <>
                {t("retries", { count: attempts })} <Ago at={nextAt} />
              </>
            ))}
          {state === "delivered" && t("delivered", { count: attempts })}
          {state === "dead" && t("dead", { count: attempts })}
        </span>
        {error !== "" && <span className="break-words font-medium">{said(error)}</span>}
      </span>
      <span className="col-start-2 whitespace-nowrap text-soft text-xs sm:col-start-auto">
        <Ago at={deliveredAt ?? createdAt} />
      </span>
    </li>
  );
}
