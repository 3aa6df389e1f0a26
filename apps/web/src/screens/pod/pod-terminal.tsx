"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useAct } from "../../api/use-act.ts";
import { actOnPod } from "../../pods/pod-acts.ts";
import { useWhyNot } from "../../pods/use-why-not.ts";
import { terminalMessages } from "../../terminal/terminal-messages.ts";
import { TerminalView } from "../../terminal/terminal-view.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Select } from "../../ui/input.tsx";
import type { PodTabProps } from "./pod-tabs.ts";

/** A shell in a unit, which stays open when the page is left. What was on the screen of a pod that has stopped can still be read. */
export default function PodTerminal({ pod }: PodTabProps) {
  const t = useTranslations("pod");
  const locale = useLocale();
  const refusal = useWhyNot()(pod, "exec");
  const [unit, setUnit] = useState(pod.spec.units[0]?.name ?? "");
  const times = useTimesAllowed(refusal === null);
  return (
    <div className="flex flex-col gap-3">
      {refusal !== null && <Refused pod={pod} refusal={refusal} />}
      {times > 0 && pod.spec.units.length > 1 && (
        <Select aria-label={t("unit")} value={unit} onChange={(event) => setUnit(event.target.value)} className="w-auto! self-start">
          {pod.spec.units.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      )}
      {times > 0 && (
        <div className="h-[65vh] min-h-80">
          <TerminalView
            key={`${unit} ${times}`}
            tenant={pod.tenant}
            pod={pod.name}
            unit={unit}
            messages={terminalMessages[locale === "zh" ? "zh" : "en"]}
          />
        </div>
      )}
    </div>
  );
}

/** How often it became allowed while the page was open: each time is a terminal anew. */
function useTimesAllowed(isAllowed: boolean): number {
  const [seen, setSeen] = useState({ isAllowed, times: isAllowed ? 1 : 0 });
  if (seen.isAllowed !== isAllowed) setSeen({ isAllowed, times: seen.times + (isAllowed ? 1 : 0) });
  return seen.times;
}

function Refused({ pod, refusal }: { pod: PodView; refusal: string }) {
  const t = useTranslations("pod");
  const verb = useTranslations("verb");
  const client = useQueryClient();
  const mayStart = useWhyNot()(pod, "start") === null;
  const start = useAct({
    run: () => actOnPod(client, "start", pod),
    done: () => t("asked", { verb: verb("start"), pod: `${pod.tenant}/${pod.name}` }),
  });
  return (
    <Card>
      <div role="status" className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm">{refusal}</p>
        {mayStart && (
          <Button isBusy={start.isPending} onClick={() => start.mutate()}>
            {verb("start")}
          </Button>
        )}
      </div>
    </Card>
  );
}
