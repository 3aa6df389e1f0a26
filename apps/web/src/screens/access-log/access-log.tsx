"use client";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { useSearch } from "../../routing/use-search.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Input, Select } from "../../ui/input.tsx";
import { Page } from "../../ui/page.tsx";
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
        <Input
          type="search"
          aria-label={t("filter")}
          placeholder={t("filter")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="sm:w-72!"
        />
        <Select aria-label={t("status")} value={status} onChange={(event) => setStatus(event.target.value)} className="w-auto!">
          <option value="">{t("anyStatus")}</option>
          {classes.map((one) => (
            <option key={one} value={one}>
              {t(`classes.${one}`)}
            </option>
          ))}
        </Select>
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
