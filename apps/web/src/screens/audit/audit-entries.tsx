"use client";
import { usePathname, useSearchParams } from "next/navigation";
import { useDeferredValue, useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { go } from "../../routing/go.tsx";
import { useActors } from "../../session/use-actors.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Failed } from "../../ui/failed.tsx";
import { Loading } from "../../ui/loading.tsx";
import { AuditEntry } from "./audit-entry.tsx";
import { AuditExport } from "./audit-export.tsx";
import { AuditFields } from "./audit-fields.tsx";
import { type FilterFields, fieldNames, filterOf } from "./audit-filter.ts";
import { useAudit } from "./use-audit.ts";

/** While somebody types, nothing is asked. */
const settledMs = 300;

/** The trail: what is looked for, what was found, and more of it. */
export function AuditEntries() {
  const t = useTranslations("audit");
  const { fields, set, clear } = useFields();
  const actors = useActors();
  const settled = useSettled(fields, settledMs);
  const filter = filterOf(settled, actors.ids);
  const { query, entries, fresh, showFresh } = useAudit(filter);
  const types = useDeferredValue([...new Set(entries.map(({ type }) => type))].sort());
  return (
    <>
      <AuditFields fields={fields} set={set} clear={clear} people={[...actors.ids.keys()]} types={types} />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p role="status" className="flex min-h-8 items-center gap-2 text-soft text-sm">
          {fresh > 0 ? (
            <Button onClick={showFresh}>{t("showFresh", { count: fresh })}</Button>
          ) : (
            query.isSuccess && t("shown", { count: entries.length, more: query.hasNextPage ? "yes" : "no" })
          )}
        </p>
        <AuditExport filter={filter} />
      </div>
      <Card flush>
        {query.isPending && <Loading lines={10} />}
        {query.isError && entries.length === 0 && <Failed error={query.error} onRetry={() => void query.refetch()} />}
        {query.isSuccess && entries.length === 0 && <p className="px-4 py-10 text-center text-soft text-sm">{t("none")}</p>}
        {entries.length > 0 && (
          <ul aria-label={t("entries")} className="divide-y">
            {entries.map((event) => (
              <AuditEntry key={event.cursor} event={event} who={actors.nameOf(event.actor)} />
            ))}
          </ul>
        )}
        {query.hasNextPage && (
          <div className="border-t p-3 text-center">
            <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {t("older")}
            </Button>
          </div>
        )}
      </Card>
    </>
  );
}

/** The fields as in the address: a search can be linked to, and Back comes back to it. */
function useFields() {
  const path = usePathname();
  const search = useSearchParams();
  const write = (next: URLSearchParams): void => go(next.size === 0 ? path : `${path}?${next}`, { replace: true });
  return {
    fields: Object.fromEntries(fieldNames.map((name) => [name, search.get(name) ?? ""])) as unknown as FilterFields,
    set(name: keyof FilterFields, value: string): void {
      const next = new URLSearchParams(window.location.search);
      if (value === "") next.delete(name);
      else next.set(name, value);
      write(next);
    },
    clear: () => write(new URLSearchParams()),
  };
}

/** A value once it has stayed the same for so long. */
function useSettled(value: FilterFields, milliseconds: number): FilterFields {
  const [settled, setSettled] = useState(value);
  const key = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(key)), milliseconds);
    return () => clearTimeout(timer);
  }, [key, milliseconds]);
  return settled;
}
