"use client";
import { isEnded } from "@agentpod/core/operation";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Facts } from "../../ui/facts.tsx";
import { agentQueries } from "../agents/agent-queries.ts";
import { packageOf } from "../agents/newer-package.ts";
import { OperationProgress } from "../operations/operation-progress.tsx";
import { operationQueries } from "../operations/operation-queries.ts";
import type { PodTabProps } from "../pod/pod-tabs.ts";
import { UpgradeAgent } from "./upgrade-agent.tsx";

/** Of which package it is, whether there is a newer version, and the upgrade to it, live. */
export function AgentVersion({ pod }: PodTabProps) {
  const t = useTranslations("agent");
  const why = useMay()("pod.write", pod.tenant);
  const { data: packages = [] } = useQuery(agentQueries.packages());
  const { data: tenants = [] } = useQuery(queries.tenants());
  const upgrades = useQuery(operationQueries.list({ tenant: pod.tenant, pod: pod.name, kind: "pod.upgrade", limit: 1 }));
  const [isAsking, setAsking] = useState(false);
  const { template } = pod;
  if (template === null) return null;
  const found = packageOf(pod, tenants.find(({ name }) => name === pod.tenant)?.id, packages);
  const newest = found?.version ?? null;
  const owner = found?.tenantId ? `?tenant=${encodeURIComponent(pod.tenant)}` : "";
  const isNewer = newest !== null && newest > template.version;
  const last = upgrades.data?.[0];
  const isUnderWay = last !== undefined && !isEnded(last.state);
  return (
    <Card
      title={t("version")}
      actions={
        isNewer &&
        !isUnderWay && (
          <Button small look="solid" why={why} onClick={() => setAsking(true)}>
            {t("upgradeTo", { version: newest })}
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <Facts
          facts={[
            [
              t("package"),
              <Go
                key="package"
                href={`/agents/packages/${encodeURIComponent(template.name)}${owner}`}
                className="break-all rounded underline underline-offset-4"
              >
                {template.name}
              </Go>,
            ],
            [t("has"), t("versionNumber", { version: template.version })],
            [
              t("newest"),
              newest === null ? (
                t("unknownNewest")
              ) : isNewer ? (
                <span key="newest" className="font-medium">
                  {t("versionNumber", { version: newest })}
                </span>
              ) : (
                t("isNewest")
              ),
            ],
          ]}
        />
        {last !== undefined && <OperationProgress id={last.id} />}
      </div>
      {isAsking && <UpgradeAgent pod={pod} onClose={() => setAsking(false)} />}
    </Card>
  );
}
