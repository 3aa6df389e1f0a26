import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Ago, At } from "../../i18n/time.tsx";
import { Go } from "../../routing/go.tsx";
import { Card } from "../../ui/card.tsx";
import { Command } from "../../ui/command.tsx";
import { Facts } from "../../ui/facts.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { Conditions } from "./conditions.tsx";
import type { PodTabProps } from "./pod-tabs.ts";
import { Units } from "./units.tsx";

/** Conditions, units, addresses and what else is known, on one page. */
export function PodOverview({ pod }: PodTabProps) {
  const t = useTranslations("pod");
  // What came from code has no template.
  const { data: deployments = [] } = useQuery({
    ...deploymentQueries.ofApplication(pod.tenant, pod.name),
    enabled: pod.template === null,
    retry: false,
  });
  return (
    <div className="grid min-w-0 items-start gap-5 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-5">
        <Units pod={pod} />
        <Conditions conditions={pod.conditions} />
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        {pod.addresses.length > 0 && (
          <Card title={t("addresses")}>
            <ul className="flex flex-col gap-2">
              {pod.addresses.map((address) => (
                <li key={address}>
                  <Command text={address} />
                </li>
              ))}
            </ul>
          </Card>
        )}
        <Card title={t("about")}>
          <Facts
            facts={[
              [
                t("template"),
                pod.template === null ? (
                  t("ownSpec")
                ) : (
                  <Go
                    key="template"
                    href={`/templates/${encodeURIComponent(pod.template.name)}`}
                    className="rounded underline underline-offset-4"
                  >
                    {pod.template.name}@{pod.template.version}
                  </Go>
                ),
              ],
              ...(deployments.length === 0
                ? []
                : ([
                    [
                      t("code"),
                      <Go key="code" href={deploymentHref(pod)} className="rounded underline underline-offset-4">
                        {t("deployments", { count: deployments.length })}
                      </Go>,
                    ],
                  ] as [string, ReactNode][])),
              ...(pod.adopted === undefined
                ? []
                : ([
                    [
                      t("adoptedFrom"),
                      <span key="adopted" className="break-all">
                        {pod.adopted.container} <code className="font-mono text-soft text-xs">{pod.adopted.containerId.slice(0, 12)}</code>
                      </span>,
                    ],
                  ] as [string, ReactNode][])),
              [t("server"), pod.server],
              [
                t("revision"),
                pod.observedGeneration < pod.generation
                  ? t("revisionPending", { generation: pod.generation, observed: pod.observedGeneration })
                  : pod.generation,
              ],
              [t("created"), <At key="created" at={pod.createdAt} />],
              [t("changed"), <Ago key="changed" at={pod.updatedAt} />],
            ]}
          />
        </Card>
      </div>
    </div>
  );
}
