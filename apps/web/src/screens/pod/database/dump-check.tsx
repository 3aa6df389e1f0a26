"use client";
import type { DumpView } from "@agentpod/core/api/dump-view";
import { useFormatter, useTranslations } from "use-intl";
import { useSaid } from "../../../i18n/said.ts";
import { Ago } from "../../../i18n/time.tsx";
import { took } from "../../operations/took.ts";

/** Whether a dump came back when it was last tried out; what failed, in the API's words. */
export function DumpCheck({ check }: Pick<DumpView, "check">) {
  const t = useTranslations("podDatabase");
  const said = useSaid();
  const format = useFormatter();
  if (check === null) return <p className="text-[13px] text-soft">{t("neverChecked")}</p>;
  const { isPassed, at, seconds, message } = check;
  return (
    <p className="break-words text-[13px]">
      <span className={isPassed ? "text-soft" : "font-medium"}>
        {t.rich(isPassed ? "checkPassed" : "checkFailed", { at: () => <Ago at={at} />, took: took(seconds, format) })}
      </span>
      {!isPassed && <span className="block">{said(message)}</span>}
    </p>
  );
}
