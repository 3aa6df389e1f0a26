"use client";
import { useQuery } from "@tanstack/react-query";
import { queries } from "../../api/queries.ts";
import { EventList } from "../../events/event-list.tsx";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import type { PodTabProps } from "./pod-tabs.ts";

/** What happened to this pod. */
export default function PodEvents({ pod }: PodTabProps) {
  const events = useQuery(queries.events({ tenant: pod.tenant, pod: pod.name }));
  return (
    <Card flush>
      <Asked query={events}>{(list) => <EventList events={list} />}</Asked>
    </Card>
  );
}
