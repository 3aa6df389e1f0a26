"use client";
import type { OperationsQuery } from "@agentpod/client/operation-calls";
import { operationStates } from "@agentpod/core/operation";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { useSearch } from "../../routing/use-search.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Select } from "../../ui/input.tsx";
import { Page } from "../../ui/page.tsx";
import { operationQueries } from "./operation-queries.ts";
import { OperationRow } from "./operation-row.tsx";
import { operationKinds, useKindText } from "./use-kind-text.ts";

const pages = [50, 200, 500] as const;

/** What takes a while: under way and done. */
export default function Operations() {
  return (
    <LaterTexts>
      <OperationsInside />
    </LaterTexts>
  );
}

function OperationsInside() {
  const t = useTranslations("operations");
  const [tenant, setTenant] = useSearch("tenant");
  const [state, setState] = useSearch("state");
  const [kind, setKind] = useSearch("kind");
  const [page, setPage] = useState(0);
  const limit = pages[page] ?? 500;
  const filter: OperationsQuery = {
    ...{ limit, ...(tenant !== "" && { tenant }), ...(kind !== "" && { kind }) },
    ...(isState(state) && { state }),
  };
  const query = useQuery({ ...operationQueries.list(filter), placeholderData: (before) => before });
  const isFiltered = tenant !== "" || kind !== "" || isState(state);
  return (
    <Page title={t("title")} subtitle={t("subtitle")}>
      <Filters {...{ tenant, setTenant, state, setState, kind, setKind }} />
      <Asked query={query} lines={8}>
        {(list) =>
          list.length === 0 ? (
            <Empty
              title={t(isFiltered ? "noMatchTitle" : "emptyTitle")}
              text={t(isFiltered ? "noMatchText" : "emptyText")}
              command="./agentpod pod upgrade --all --dry-run"
            />
          ) : (
            <>
              <Card flush>
                <ul aria-label={t("title")} className="divide-y">
                  {list.map((operation) => (
                    <OperationRow key={operation.id} operation={operation} />
                  ))}
                </ul>
              </Card>
              {list.length >= limit && page < pages.length - 1 && (
                <Button className="self-center" onClick={() => setPage(page + 1)}>
                  {t("older")}
                </Button>
              )}
            </>
          )
        }
      </Asked>
    </Page>
  );
}

const isState = (text: string): text is (typeof operationStates)[number] => operationStates.some((one) => one === text);

interface FiltersProps {
  tenant: string;
  setTenant(value: string): void;
  state: string;
  setState(value: string): void;
  kind: string;
  setKind(value: string): void;
}

function Filters({ tenant, setTenant, state, setState, kind, setKind }: FiltersProps) {
  const t = useTranslations("operations");
  const kindText = useKindText();
  const { data: tenants = [] } = useQuery(queries.tenants());
  const look = "h-8! w-auto! max-w-48";
  return (
    <div className="flex flex-wrap gap-2">
      <Select aria-label={t("tenant")} value={tenant} onChange={(event) => setTenant(event.target.value)} className={look}>
        <option value="">{t("anyTenant")}</option>
        {tenants.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Select aria-label={t("state")} value={state} onChange={(event) => setState(event.target.value)} className={look}>
        <option value="">{t("anyState")}</option>
        {operationStates.map((one) => (
          <option key={one} value={one}>
            {t(`states.${one}`)}
          </option>
        ))}
      </Select>
      <Select aria-label={t("kind")} value={kind} onChange={(event) => setKind(event.target.value)} className={look}>
        <option value="">{t("anyKind")}</option>
        {operationKinds.map((one) => (
          <option key={one} value={one}>
            {kindText(one)}
          </option>
        ))}
      </Select>
    </div>
  );
}
