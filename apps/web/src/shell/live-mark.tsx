"use client";
import { useTranslations } from "use-intl";
import { useLive } from "../api/use-live.tsx";
import { useSaid } from "../i18n/said.ts";
import { Hint } from "../ui/hint.tsx";
import { Mark } from "../ui/mark.tsx";

/** Whether what is shown is live. */
export function LiveMark() {
  const t = useTranslations("shell");
  const said = useSaid();
  const state = useLive();
  const word = typeof state === "string" ? state : "stopped";
  const text = typeof state === "string" ? t(`liveHint.${state}`) : said(state.stopped.message);
  const shape = { live: "full", connecting: "half", lost: "dashed", stopped: "ring" } as const;
  return (
    <Hint text={text}>
      <button type="button" className="flex items-center gap-2 rounded px-1.5 text-soft text-xs">
        <Mark shape={shape[word]} />
        <span role="status">{t(`live.${word}`)}</span>
      </button>
    </Hint>
  );
}
