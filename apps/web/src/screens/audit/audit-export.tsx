import type { EventFilter } from "@agentpod/core/store";
import { useTranslations } from "use-intl";
import { useMay } from "../../session/use-may.ts";
import { Button, buttonClass } from "../../ui/button.tsx";

const formats = ["csv", "jsonl"] as const;

/** Everything that fits as a file, by the API's own export: the browser writes it as it comes, however long it is. */
export function AuditExport({ filter }: { filter: EventFilter }) {
  const t = useTranslations("audit");
  const why = useMay()("event.read");
  return (
    <div className="flex gap-2">
      {formats.map((format) => {
        if (why !== null)
          return (
            <Button key={format} why={why}>
              {t(`export.${format}`)}
            </Button>
          );
        const query = new URLSearchParams({ ...(filter as Record<string, string>), format });
        return (
          <a key={format} href={`/api/v1/audit/export?${query}`} download={`agentpod-audit.${format}`} className={buttonClass()}>
            {t(`export.${format}`)}
          </a>
        );
      })}
    </div>
  );
}
