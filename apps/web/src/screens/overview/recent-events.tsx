"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { EventList } from "../../events/event-list.tsx";
import { Go } from "../../routing/go.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";

const most = 10;

export function RecentEvents() {
  const t = useTranslations("overview");
  const events = useQuery(queries.events());
  return (
    <Card
      title={t("recentEvents")}
      actions={
        <Go href="/events" className="rounded text-soft text-sm hover:text-ink">
          {t("allEvents")}
        </Go>
      }
      flush
    >
      <Asked query={events}>{(list) => <EventList events={list.slice(0, most)} />}</Asked>
    </Card>
  );
}
