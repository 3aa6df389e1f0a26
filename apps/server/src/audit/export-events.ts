import { csvLine } from "@agentpod/core/csv-line";
import type { AgentPodEvent } from "@agentpod/core/event";
import type { EventFilter, Store } from "@agentpod/core/store";

const page = 1000;

export const exportTypes = { csv: "text/csv; charset=utf-8", jsonl: "application/x-ndjson" } as const;
export type ExportFormat = keyof typeof exportTypes;

const columns = ["at", "type", "tenant", "pod", "actor", "source", "result", "message"] as const;

/** Every event that the reader sees and the filter lets through, oldest first, a page at a time: memory is constant. */
export async function* exportEvents(
  read: <T>(work: (store: Store) => Promise<T>) => Promise<T>,
  filter: EventFilter,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === "csv") yield csvLine([...columns, "data", "cursor"]);
  for (let cursor: string | null = null; ; ) {
    const events: AgentPodEvent[] = await read((store) => store.events.after(cursor, filter, page));
    const last = events.at(-1);
    if (last === undefined) return;
    cursor = last.cursor;
    yield events.map((event) => (format === "csv" ? csvOf(event) : `${JSON.stringify(event)}\n`)).join("");
  }
}

const csvOf = (event: AgentPodEvent): string => csvLine([...columns.map((name) => event[name]), JSON.stringify(event.data), event.cursor]);
