"use client";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useSaid } from "../../../i18n/said.ts";
import { useMay } from "../../../session/use-may.ts";
import { Card } from "../../../ui/card.tsx";
import type { PodTabProps } from "../pod-tabs.ts";
import { LogLines } from "./log-lines.tsx";
import { LogSummary } from "./log-summary.tsx";
import { LogTools } from "./log-tools.tsx";
import { type LogWish, useLog } from "./use-log.ts";

/** The pod's log: live, searched, from some time on, and to take away. */
export default function PodLogs({ pod }: PodTabProps) {
  const t = useTranslations("logs");
  const refusal = useMay()("pod.logs", pod.tenant);
  if (refusal !== null) return <p className="text-soft text-sm">{refusal}</p>;
  if (pod.units.every((unit) => unit.state === "absent")) return <Card>{<p className="text-soft text-sm">{t("notYet")}</p>}</Card>;
  return <Viewer pod={pod} />;
}

function Viewer({ pod }: PodTabProps) {
  const t = useTranslations("logs");
  const said = useSaid();
  const [unit, setUnit] = useState("");
  const [since, setSince] = useState<LogWish["since"]>(5000);
  const [level, setLevel] = useState<LogWish["level"]>("");
  const [follow, setFollow] = useState(true);
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.toLowerCase());
  const { lines, error, isReading } = useLog(pod.tenant, pod.name, { unit, since, level, follow });
  const shown = useMemo(() => (wanted === "" ? lines : lines.filter((line) => line.lower.includes(wanted))), [lines, wanted]);
  return (
    <div className="flex flex-col gap-3">
      <LogTools
        pod={pod}
        wish={{ unit, since, level, follow }}
        text={text}
        onUnit={setUnit}
        onSince={setSince}
        onLevel={setLevel}
        onFollow={setFollow}
        onText={setText}
      />
      <LogSummary pod={pod} onSearch={setText} />
      {error && (
        <p role="alert" className="text-sm">
          {said(error.message)}
        </p>
      )}
      <LogLines lines={shown} follow={follow} onFollow={setFollow} hasUnits={pod.spec.units.length > 1 && unit === ""} search={wanted} />
      <p role="status" className="text-[13px] text-soft tabular-nums">
        {t("count", { shown: shown.length, all: lines.length })} {isReading && follow ? t("following") : ""}
      </p>
    </div>
  );
}
