"use client";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { useSearch } from "../../routing/use-search.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { FilterSelect } from "../../ui/filter-select.tsx";
import { Page } from "../../ui/page.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { RequestList } from "./request-list.tsx";
import { type ShownRequest, useAccessLog } from "./use-access-log.ts";

const classes = ["2", "3", "4", "5"] as const;

/** What came to the front door, as it comes. */
export default function AccessLog() {
  const t = useTranslations("accessLog");
  const said = useSaid();
  const { requests, error } = useAccessLog();
  const [text, setText] = useSearch("q");
  const [status, setStatus] = useSearch("status");
  const [held, setHeld] = useState<ShownRequest[] | null>(null);
  const wanted = useDeferredValue(text.toLowerCase());
  const from = held ?? requests;
  const shown = useMemo(
    () =>
      from.filter(
        (line) =>
          (status === "" || String(line.status).startsWith(status)) &&
          `${line.method} ${line.host}${line.path} ${line.client}`.toLowerCase().includes(wanted),
      ),
    [from, status, wanted],
  );
  return (
    <Page wide title={t("title")} subtitle={t("subtitle")}>
      <div className="flex flex-wrap items-center gap-2">
        <SearchInput label={t("filter")} value={text} onText={setText} className="sm:w-72!" />
        <FilterSelect
          label={t("status")}
          value={status}
          onValue={setStatus}
          any={t("anyStatus")}
          options={classes}
          textOf={(one) => t(`classes.${one}`)}
        />
        <Button className="h-9!" onClick={() => setHeld(held === null ? requests : null)} aria-pressed={held !== null}>
          {held === null ? t("hold") : t("resume")}
        </Button>
      </div>
      {error && (
        <p role="alert" className="text-sm">
          {said(error.message)}
        </p>
      )}
      <Card flush>
        <RequestList requests={shown} />
      </Card>
    </Page>
  );
}
