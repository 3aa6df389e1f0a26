"use client";
import type { DeploymentView } from "@agentpod/core/api/deployment-view";
import { buildPodName, isDeploymentEnded } from "@agentpod/core/deployment";
import type { OperationStep } from "@agentpod/core/operation";
import { followedLog } from "@agentpod/core/products/code/followed-log";
import { useTranslations } from "use-intl";
import { useMay } from "../../session/use-may.ts";
import { Card } from "../../ui/card.tsx";
import { KeptLog } from "./kept-log.tsx";
import { LiveLog } from "./live-log.tsx";

/** The log that tells what a deployment does now; once it has ended, what was kept. */
export function DeploymentLog({ deployment, steps }: { deployment: DeploymentView; steps: readonly OperationStep[] }) {
  const t = useTranslations("deployments");
  const refusal = useMay()("pod.logs", deployment.tenant);
  const { tenant, name, state } = deployment;
  const followed = isDeploymentEnded(state) ? null : followedLog(steps);
  const pod = followed?.of === "build" ? buildPodName(name) : name;
  return (
    <Card title={t(followed === null ? "log" : followed.of === "build" ? "buildLog" : "applicationLog")} flush>
      {refusal !== null ? (
        <p className="p-4 text-soft text-sm">{refusal}</p>
      ) : followed === null ? (
        <KeptLog deployment={deployment} />
      ) : (
        <LiveLog key={`${pod} ${followed.since}`} tenant={tenant} pod={pod} since={followed.since} />
      )}
    </Card>
  );
}
