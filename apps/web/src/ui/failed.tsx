import { toAppError } from "@agentpod/core/errors";
import { useTranslations } from "use-intl";
import { useSaid } from "../i18n/said.ts";
import { Button } from "./button.tsx";

/** What an answer that did not come says, in the API's own sentence. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?(): void }) {
  const t = useTranslations("common");
  const said = useSaid();
  return (
    <div role="alert" className="flex flex-col items-start gap-3 p-4">
      <p className="font-medium text-sm">{t("couldNotLoad")}</p>
      <p className="break-words text-soft text-sm">{said(toAppError(error).message)}</p>
      {onRetry && <Button onClick={onRetry}>{t("tryAgain")}</Button>}
    </div>
  );
}
