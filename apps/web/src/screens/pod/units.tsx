import type { PodView } from "@agentpod/core/api/pod-view";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { Card } from "../../ui/card.tsx";
import { Mark, type Shape } from "../../ui/mark.tsx";

type Status = PodView["units"][number];

function shapeOf(status: Status | undefined): Shape {
  if (status === undefined || status.state === "absent") return "ring";
  if (status.state === "exited") return status.exitCode === 0 ? "ring" : "cross";
  if (status.health === "unhealthy") return "cross";
  return status.state === "created" || status.health === "starting" ? "half" : "full";
}

/** The pod's units: what each is and how it does. */
export function Units({ pod }: { pod: PodView }) {
  const t = useTranslations("units");
  const said = useSaid();
  return (
    <Card title={t("title")} flush>
      <ul className="divide-y">
        {pod.spec.units.map((unit) => {
          const status = pod.units.find((one) => one.name === unit.name);
          const failing = pod.failures[unit.name]?.message ?? status?.message ?? "";
          return (
            <li key={unit.name} className="flex flex-col gap-2 px-4 py-3.5 text-sm">
              <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span className="font-medium">{unit.name}</span>
                <span className="inline-flex items-center gap-2">
                  <Mark shape={shapeOf(status)} />
                  {t(`state.${status?.state ?? "absent"}`)}
                  {status !== undefined && status.health !== "none" && <span className="text-soft">{t(`health.${status.health}`)}</span>}
                </span>
                {status?.startedAt && (
                  <span className="text-soft">
                    <Ago at={status.startedAt} />
                  </span>
                )}
                {status !== undefined && status.restarts > 0 && (
                  <span className="text-soft">{t("restarts", { count: status.restarts })}</span>
                )}
              </div>
              {failing !== "" && <p className="break-words font-medium">{said(failing)}</p>}
              <p className="flex flex-wrap gap-x-4 gap-y-1 text-[13px] text-soft">
                <code className="break-all font-mono">{unit.image ?? unit.code?.artifact.slice(0, 19) ?? t("ownBuild")}</code>
                <span>{t("resources", { cpus: unit.resources.cpus, memoryMb: unit.resources.memoryMb })}</span>
                {unit.ports.length > 0 && (
                  <span>{t("ports", { ports: unit.ports.map((port) => `${port.name} ${port.container}`).join(", ") })}</span>
                )}
                {unit.volumes.length > 0 && <span>{t("volumes", { volumes: unit.volumes.map((volume) => volume.name).join(", ") })}</span>}
                {status?.pid != null && <span>{t("process", { pid: String(status.pid) })}</span>}
                {status?.containerId && <span>{t("container", { id: status.containerId.slice(0, 12) })}</span>}
              </p>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
