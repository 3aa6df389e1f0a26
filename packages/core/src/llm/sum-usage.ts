import type { LlmUsageBy, LlmUsageView } from "../api/llm-view.ts";
import { csvLine } from "../csv-line.ts";
import type { LlmUsageRow } from "./llm-store.ts";

const counts = ["calls", "failed", "aborted", "estimated", "input", "output", "cacheRead", "cacheWrite"] as const;

/** Usage as it is shown. With `by` all of one day (model, pod, tenant) are one row, in the order of the first of them. */
export function sumUsage(rows: readonly LlmUsageRow[], by: LlmUsageBy | undefined): LlmUsageView[] {
  const sums = new Map<string, { view: LlmUsageView; nano: number }>();
  for (const [index, row] of rows.entries()) {
    const about = by === undefined ? whole(row) : { ...nothing, ...part(row, by) };
    const id = by === undefined ? String(index) : JSON.stringify(about);
    const sum = sums.get(id) ?? { view: { ...about, ...zero }, nano: 0 };
    for (const count of counts) sum.view[count] += row[count];
    // Billionths are added before they become a fraction.
    sum.nano += row.costNano;
    sum.view.cost = sum.nano / 1e9;
    sums.set(id, sum);
  }
  return [...sums.values()].map(({ view }) => view);
}

type About = Pick<LlmUsageView, "day" | "tenant" | "pod" | "key" | "model" | "provider">;

const nothing: About = { day: null, tenant: null, pod: null, key: null, model: null, provider: null };
const zero = { calls: 0, failed: 0, aborted: 0, estimated: 0, input: 0, output: 0, cacheRead: 0, cacheWrite: 0, cost: 0 };
const whole = ({ day, tenant, pod, key, model, provider }: LlmUsageRow): About => ({ day, tenant, pod, key, model, provider });

function part(row: LlmUsageRow, by: LlmUsageBy): Partial<About> {
  // Pods of different tenants may be called the same.
  if (by === "pod") return { tenant: row.tenant, pod: row.pod, key: row.key };
  return { [by]: row[by] };
}

const columns = ["day", "tenant", "pod", "key", "model", "provider", ...counts, "cost"] as const;

export const usageCsvHead = (): string => csvLine([...columns]);
export const usageCsvLine = (row: LlmUsageView): string => csvLine(columns.map((column) => row[column]));
