"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useSaid } from "../../i18n/said.ts";
import { LogLines } from "../pod/logs/log-lines.tsx";
import { useLog } from "../pod/logs/use-log.ts";

/** The log of a pod from some time on, as it comes; says that nothing is there while nothing of the pod runs. */
export function LiveLog({ tenant, pod, since }: { tenant: string; pod: string; since: string }) {
  const t = useTranslations("deployments");
  const { data } = useQuery(queries.pod(tenant, pod));
  if (data === undefined || data.units.every(({ state }) => state === "absent"))
    return <p className="p-4 text-soft text-sm">{t("logComes")}</p>;
  // What ended and runs again is read anew: its stream ended with it.
  return <Follower key={runsOf(data)} tenant={tenant} pod={pod} since={since} hasUnits={data.spec.units.length > 1} />;
}

const runsOf = ({ units }: PodView): string => units.map(({ runId, revision }) => `${revision} ${runId}`).join();

function Follower({ tenant, pod, since, hasUnits }: { tenant: string; pod: string; since: string; hasUnits: boolean }) {
  const said = useSaid();
  const [follow, setFollow] = useState(true);
  const { lines, error } = useLog(tenant, pod, { unit: "", since, level: "", follow: true });
  return (
    <div className="flex flex-col gap-2 p-2">
      {error && (
        <p role="alert" className="px-2 text-sm">
          {said(error.message)}
        </p>
      )}
      <LogLines lines={lines} follow={follow} onFollow={setFollow} hasUnits={hasUnits} search="" />
    </div>
  );
}
