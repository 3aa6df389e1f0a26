"use client";
import type { CleanUpPlanView } from "@agentpod/core/api/clean-up-view";
import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { Ago } from "../../i18n/time.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Failed } from "../../ui/failed.tsx";
import { Loading } from "../../ui/loading.tsx";
import { sizeOf } from "../backups/size-of.ts";
import { cleanUpQueries } from "./clean-up-queries.ts";
import { ItemTable } from "./item-table.tsx";
import { CleanUpProblems } from "./last-clean-up.tsx";
import { RunCleanUp } from "./run-clean-up.tsx";

/** What would go now and what stays, once somebody asks for it; and the way to take it away. */
export function CleanUpPlan() {
  const t = useTranslations("cleanUp");
  const [isAsked, setAsked] = useState(false);
  const query = useQuery({ ...cleanUpQueries.plan(), enabled: isAsked });
  const look = (): void => {
    if (isAsked) void query.refetch();
    else setAsked(true);
  };
  return (
    <Card
      title={t("plan")}
      flush
      actions={
        <span className="flex flex-wrap gap-2">
          <Button small isBusy={query.isFetching} onClick={look}>
            {t(isAsked ? "lookAgain" : "look")}
          </Button>
          <RunCleanUp />
        </span>
      }
    >
      {!isAsked ? (
        <p className="p-4 text-soft text-sm">{t("planText")}</p>
      ) : query.data !== undefined ? (
        <Plan plan={query.data} at={query.dataUpdatedAt} />
      ) : query.isError && !query.isFetching ? (
        <Failed error={query.error} onRetry={look} />
      ) : (
        <div>
          <p role="status" className="px-4 pt-4 text-soft text-sm">
            {t("looking")}
          </p>
          <Loading lines={4} />
        </div>
      )}
    </Card>
  );
}

function Plan({ plan: { goes, stays, bytes, problems }, at }: { plan: CleanUpPlanView; at: number }) {
  const t = useTranslations("cleanUp");
  const format = useFormatter();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="flex min-w-0 flex-col">
      <p role="status" className="flex flex-wrap gap-x-3 px-4 py-3 text-sm">
        <span className="font-medium">
          {goes.length === 0 ? t("nothingGoes") : t("goes", { count: goes.length, size: sizeOf(bytes, format) })}
        </span>
        <span className="text-soft">
          <Ago at={new Date(at).toISOString()} />
        </span>
      </p>
      {problems.length > 0 && (
        <div className="px-4 pb-4">
          <CleanUpProblems problems={problems} />
        </div>
      )}
      {goes.length > 0 && (
        <div className="border-t">
          <ItemTable label={t("whatGoes")} items={goes} />
        </div>
      )}
      {stays.length > 0 && (
        <div className="border-t">
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            className="flex w-full items-center gap-1.5 px-4 py-2.5 text-left text-[13px] text-soft hover:bg-hover hover:text-ink"
          >
            <ChevronRight className={isOpen ? "size-3.5 rotate-90" : "size-3.5"} aria-hidden />
            {t("stays", { count: stays.length })}
          </button>
          {isOpen && <ItemTable label={t("whatStays")} items={stays} />}
        </div>
      )}
    </div>
  );
}
