"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../../api/queries.ts";
import { Asked } from "../../../ui/asked.tsx";
import { Empty } from "../../../ui/empty.tsx";
import type { PodTabProps } from "../pod-tabs.ts";
import { RouteCard } from "./route-card.tsx";

/** Where the pod answers, under which names and by which rules. */
export default function PodRoutes({ pod }: PodTabProps) {
  const t = useTranslations("routes");
  const query = useQuery(queries.routes(pod.tenant, pod.name));
  return (
    <Asked query={query}>
      {(routes) =>
        routes.length === 0 ? (
          <Empty title={t("emptyTitle")} text={t("emptyText")} />
        ) : (
          <div className="flex flex-col gap-5">
            {routes.map((route) => (
              <RouteCard key={route.id} pod={pod} route={route} />
            ))}
          </div>
        )
      }
    </Asked>
  );
}
