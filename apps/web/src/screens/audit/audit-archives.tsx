import type { AuditStatus } from "@agentpod/core/api/audit-view";
import { useFormatter, useTranslations } from "use-intl";
import { At } from "../../i18n/time.tsx";
import { Cell, Table } from "../../ui/table.tsx";
import { scaleBytes } from "../metrics/metric-format.ts";

/** Files that entries were moved to. */
export function AuditArchives({ archives }: { archives: AuditStatus["archives"] }) {
  const t = useTranslations("audit.chain");
  const format = useFormatter();
  if (archives.length === 0) return <p className="text-soft text-sm">{t("noArchives")}</p>;
  return (
    <Table label={t("archives")} head={[t("file"), t("entries"), t("size"), t("checksum"), t("made")]}>
      {archives.map(({ file, fromSeq, toSeq, bytes, sha256, createdAt }) => {
        const { value, digits, unit } = scaleBytes(bytes);
        return (
          <tr key={file}>
            <Cell className="break-all font-mono text-[13px]">{file}</Cell>
            <Cell className="whitespace-nowrap tabular-nums">{t("fromTo", { from: fromSeq, to: toSeq })}</Cell>
            <Cell className="whitespace-nowrap text-soft tabular-nums">
              {format.number(value, { maximumFractionDigits: digits })} {unit}
            </Cell>
            <Cell className="font-mono text-[13px] text-soft" title={sha256}>
              {sha256.slice(0, 12)}…
            </Cell>
            <Cell className="whitespace-nowrap text-soft">
              <At at={createdAt} />
            </Cell>
          </tr>
        );
      })}
    </Table>
  );
}
