"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { EventList } from "../../events/event-list.tsx";
import { useSaid } from "../../i18n/said.ts";
import { useSearch } from "../../routing/use-search.ts";
import { Asked } from "../../ui/asked.tsx";
import { Card } from "../../ui/card.tsx";
import { FilterSelect } from "../../ui/filter-select.tsx";
import { Page } from "../../ui/page.tsx";
import { SearchInput } from "../../ui/search-input.tsx";

const results = ["ok", "refused", "failed"] as const;

/** Everything that happened, as it happens. */
export default function Events() {
  const t = useTranslations("events");
  const said = useSaid();
  const [text, setText] = useSearch("q");
  const [result, setResult] = useSearch("result");
  const events = useQuery(queries.events());
  return (
    <Page title={t("title")} subtitle={t("subtitle")}>
      <div className="flex flex-wrap gap-2">
        <SearchInput label={t("filter")} value={text} onText={setText} className="max-w-sm" />
        <FilterSelect
          label={t("resultLabel")}
          value={result}
          onValue={setResult}
          any={t("anyResult")}
          options={results}
          textOf={(one) => t(`result.${one}`)}
        />
      </div>
      <Card flush>
        <Asked query={events}>
          {(list) => (
            <EventList
              events={list.filter(
                (event) =>
                  (result === "" || event.result === result) &&
                  `${event.tenant ?? ""}/${event.pod ?? ""} ${event.type} ${said(event.message)} ${event.actor}`
                    .toLowerCase()
                    .includes(text.toLowerCase()),
              )}
            />
          )}
        </Asked>
      </Card>
    </Page>
  );
}
