"use client";
import { useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { useWhyNot } from "../../pods/use-why-not.ts";
import { terminalMessages } from "../../terminal/terminal-messages.ts";
import { TerminalView } from "../../terminal/terminal-view.tsx";
import { Card } from "../../ui/card.tsx";
import { Select } from "../../ui/input.tsx";
import type { PodTabProps } from "./pod-tabs.ts";

/** A shell in a unit, which stays open when the page is left. */
export default function PodTerminal({ pod }: PodTabProps) {
  const t = useTranslations("pod");
  const locale = useLocale();
  const refusal = useWhyNot()(pod, "exec");
  const [unit, setUnit] = useState(pod.spec.units[0]?.name ?? "");
  if (refusal !== null)
    return (
      <Card>
        <p className="text-soft text-sm">{refusal}</p>
      </Card>
    );
  return (
    <div className="flex flex-col gap-3">
      {pod.spec.units.length > 1 && (
        <Select aria-label={t("unit")} value={unit} onChange={(event) => setUnit(event.target.value)} className="w-auto! self-start">
          {pod.spec.units.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </Select>
      )}
      <div className="h-[65vh] min-h-80">
        <TerminalView
          key={unit}
          tenant={pod.tenant}
          pod={pod.name}
          unit={unit}
          messages={terminalMessages[locale === "zh" ? "zh" : "en"]}
        />
      </div>
    </div>
  );
}
