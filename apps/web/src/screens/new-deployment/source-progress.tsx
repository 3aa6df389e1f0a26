import { useFormatter, useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { ProgressBar } from "../../ui/progress-bar.tsx";
import { fileSize } from "../agent-packages/file-size.ts";
import type { Bringing } from "./use-source.ts";

/** How far the code is on its way. */
export function SourceProgress({ bringing, onCancel }: { bringing: Bringing; onCancel(): void }) {
  const t = useTranslations("newDeployment");
  const format = useFormatter();
  const isCounted = bringing.part === "reading" || bringing.part === "sending";
  const text = isCounted
    ? t(`bringing.${bringing.part}`, { done: fileSize(bringing.done, format), all: fileSize(bringing.all, format) })
    : t(`bringing.${bringing.part}`);
  return (
    <div className="flex items-center gap-4">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <p role="status" className="break-words text-sm tabular-nums">
          {text}
        </p>
        {isCounted && <ProgressBar label={t(`bar.${bringing.part}`)} part={bringing.all === 0 ? 1 : bringing.done / bringing.all} />}
      </div>
      <Button onClick={onCancel}>{t("stop")}</Button>
    </div>
  );
}
