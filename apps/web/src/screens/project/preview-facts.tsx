import type { PreviewView } from "@agentpod/core/api/preview-view";
import { useTranslations } from "use-intl";
import { At } from "../../i18n/time.tsx";

/** What a preview's data began with, where it has a database, and until when it stays. */
export function PreviewFacts({ preview: { database, ending, expiresAt } }: { preview: PreviewView }) {
  const t = useTranslations("deployments");
  return (
    <p className="flex flex-wrap gap-x-3 text-[13px] text-soft">
      <span>{t(`previewDatabases.${database}`)}</span>
      <span>{ending ? t("previewEnds") : t.rich("previewUntil", { at: () => <At at={expiresAt} /> })}</span>
    </p>
  );
}
