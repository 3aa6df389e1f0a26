"use client";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Page } from "../../ui/page.tsx";
import { useWhyNotAdopt } from "../adopt/use-why-not-adopt.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { choosePods } from "./choose-pods.ts";
import { PodFilters } from "./pod-filters.tsx";
import { PodTable } from "./pod-table.tsx";
import { usePodFilter } from "./use-pod-filter.ts";

/** Every pod: filter, sort, and act on many at once. */
export default function Pods() {
  const t = useTranslations("pods");
  const query = useQuery(queries.pods());
  const mayNot = useMay();
  const filter = usePodFilter();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const shown = useMemo(() => choosePods(query.data ?? [], filter.values), [query.data, filter.values]);
  const chosen = useMemo(() => (query.data ?? []).filter((pod) => selected.has(pod.id)), [query.data, selected]);
  const why = mayNot("pod.write");
  const whyNotAdopt = useWhyNotAdopt();
  return (
    <Page
      wide
      title={t("title")}
      actions={
        why === null ? (
          <>
            {whyNotAdopt === null && (
              <Go href="/adopt" className={buttonClass()}>
                {t("adopt")}
              </Go>
            )}
            {(query.data ?? []).length > 0 && (
              <Go href="/upgrade" className={buttonClass()}>
                {t("upgrade")}
              </Go>
            )}
            <Go href="/pods/new" className={buttonClass("solid")}>
              {t("new")}
            </Go>
          </>
        ) : (
          <Button look="solid" why={why}>
            {t("new")}
          </Button>
        )
      }
    >
      <Asked query={query} lines={8}>
        {(all) =>
          all.length === 0 ? (
            <Empty title={t("emptyTitle")} text={t("emptyText")} command="./agentpod pod create acme/web --template hello --wait" />
          ) : (
            <>
              <PodFilters filter={filter} pods={all} shown={shown.length} />
              <PodTable pods={shown} filter={filter} selected={selected} onSelect={setSelected} />
              {chosen.length > 0 && <BulkBar pods={chosen} onClear={() => setSelected(new Set())} />}
            </>
          )
        }
      </Asked>
    </Page>
  );
}
