"use client";
import type { PodRouteView } from "@agentpod/core/api/pod-route-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../../i18n/said.ts";
import { Card } from "../../../ui/card.tsx";
import { Mark, type Shape } from "../../../ui/mark.tsx";
import { PoliciesForm } from "./policies-form.tsx";
import { RouteHosts } from "./route-hosts.tsx";

const shapes: Record<PodRouteView["state"], Shape> = {
  serving: "full",
  holding: "half",
  sleeping: "moon",
  unready: "half",
  stopped: "ring",
};

export function RouteCard({ pod, route }: { pod: PodView; route: PodRouteView }) {
  const t = useTranslations("routes");
  const said = useSaid();
  return (
    <Card
      title={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <code className="font-mono">{route.path}</code>
          <span className="font-normal text-soft">{t("leadsTo", { unit: route.unit, port: route.port })}</span>
        </span>
      }
      actions={
        <span className="flex items-center gap-2 text-sm">
          <Mark shape={shapes[route.state]} />
          {t(`state.${route.state}`)}
        </span>
      }
      flush
    >
      {route.message !== "" && <p className="border-b px-4 py-2.5 text-soft text-sm">{said(route.message)}</p>}
      {route.split !== null && (
        <p className="border-b px-4 py-2.5 text-sm">{t("split", { percent: route.split.percent, pod: route.split.pod })}</p>
      )}
      <RouteHosts pod={pod} route={route} />
      <PoliciesForm key={`${route.generation} ${JSON.stringify(route.policies)}`} pod={pod} route={route} />
    </Card>
  );
}
