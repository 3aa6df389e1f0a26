import type { LlmUsageBy, LlmUsageView } from "@agentpod/core/api/llm-view";
import { useFormatter, useTranslations } from "use-intl";
import { Cell, Table } from "../../ui/table.tsx";

/** The same in figures, with their sum. */
export function UsageTable({ rows, by, tenant }: { rows: LlmUsageView[]; by: LlmUsageBy; tenant: string }) {
  const t = useTranslations("llm");
  const format = useFormatter();
  const count = (value: number): string => format.number(value);
  const money = (value: number): string => format.number(value, { maximumFractionDigits: 4 });
  const nameOf = (row: LlmUsageView): string => {
    if (by === "pod") return row.pod === null ? t("keyByHand", { name: row.key ?? "" }) : `${row.tenant ?? tenant}/${row.pod}`;
    return row[by] ?? t("unknown");
  };
  const sum = (of: (row: LlmUsageView) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const figures = (of: (value: (row: LlmUsageView) => number) => number) => (
    <>
      <Cell className="whitespace-nowrap tabular-nums">{count(of((row) => row.calls))}</Cell>
      <Cell className="whitespace-nowrap text-soft tabular-nums">{count(of((row) => row.failed + row.aborted))}</Cell>
      <Cell className="whitespace-nowrap tabular-nums">{count(of((row) => row.input))}</Cell>
      <Cell className="whitespace-nowrap text-soft tabular-nums">{count(of((row) => row.cacheRead + row.cacheWrite))}</Cell>
      <Cell className="whitespace-nowrap tabular-nums">{count(of((row) => row.output))}</Cell>
      <Cell className="whitespace-nowrap font-medium tabular-nums">{money(of((row) => row.cost))}</Cell>
    </>
  );
  return (
    <Table
      label={t(`sumsBy.${by}`)}
      head={[t(`names.${by}`), t("calls"), t("failedCalls"), t("inputTokens"), t("cacheTokens"), t("outputTokens"), t("cost")]}
    >
      {rows.map((row) => (
        <tr key={nameOf(row)}>
          <Cell className="min-w-32 break-all font-medium">{nameOf(row)}</Cell>
          {figures((of) => of(row))}
        </tr>
      ))}
      {rows.length > 1 && (
        <tr>
          <Cell className="font-medium">{t("total")}</Cell>
          {figures(sum)}
        </tr>
      )}
    </Table>
  );
}
