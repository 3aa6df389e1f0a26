"use client";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo, useState } from "react";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { Go } from "../../routing/go.tsx";
import { useSearch } from "../../routing/use-search.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { AgentBulk } from "./agent-bulk.tsx";
import { AgentGroup } from "./agent-group.tsx";
import { agentQueries } from "./agent-queries.ts";
import { AgentViewsBar } from "./agent-views-bar.tsx";
import { agentViews, groupAgents, isIn, matches } from "./choose-agents.ts";
import { NoAgents } from "./no-agents.tsx";
import { useAgents } from "./use-agents.ts";

/** Every agent of every customer: how it does, what it is made from, what it used today. */
export default function Agents() {
  return (
    <LaterTexts>
      <AgentsInside />
    </LaterTexts>
  );
}

function AgentsInside() {
  const t = useTranslations("agents");
  const mayNot = useMay();
  const { query, agents, hasPackages } = useAgents();
  const { data: rows } = useQuery({ ...agentQueries.usageToday(), enabled: mayNot("llm.read") === null && agents.length > 0 });
  const usage = useMemo(() => new Map((rows ?? []).map((row) => [`${row.tenant}/${row.pod}`, row])), [rows]);
  const [text, setText] = useSearch("q");
  const [wanted, setView] = useSearch("view");
  const view = agentViews.find((one) => one === wanted) ?? "";
  const wantedText = useDeferredValue(text);
  const found = useMemo(() => agents.filter((agent) => matches(wantedText, agent)), [agents, wantedText]);
  const groups = useMemo(() => groupAgents(found.filter((agent) => isIn(view, agent))), [found, view]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const chosen = useMemo(() => agents.filter(({ pod }) => selected.has(pod.id)), [agents, selected]);
  const toggleAll = (ids: string[], isOn: boolean): void =>
    setSelected((before) => {
      const next = new Set(before);
      for (const id of ids)
        if (isOn) next.add(id);
        else next.delete(id);
      return next;
    });
  const why = mayNot("pod.write");
  return (
    <Page
      wide
      title={t("title")}
      subtitle={t("subtitle")}
      actions={
        <>
          <Go href="/agents/packages" className={buttonClass()}>
            {t("packages")}
          </Go>
          {why === null ? (
            <Go href="/agents/new" className={buttonClass("solid")}>
              {t("new")}
            </Go>
          ) : (
            <Button look="solid" why={why}>
              {t("new")}
            </Button>
          )}
        </>
      }
    >
      <Asked query={query} lines={8}>
        {() =>
          agents.length === 0 ? (
            <NoAgents hasPackages={hasPackages} />
          ) : (
            <>
              <search className="flex flex-wrap items-center gap-x-4 gap-y-2">
                <SearchInput label={t("filter")} value={text} onText={setText} className="sm:w-72!" />
                <AgentViewsBar agents={found} view={view} onView={setView} />
              </search>
              <p className="sr-only" role="status">
                {t("shown", { shown: groups.reduce((sum, group) => sum + group.agents.length, 0), all: agents.length })}
              </p>
              {groups.length === 0 && <p className="py-10 text-center text-soft text-sm">{t("noMatch")}</p>}
              {groups.map((group) => (
                <AgentGroup
                  key={group.tenant}
                  group={group}
                  usage={usage}
                  selected={selected}
                  onToggle={(id) => toggleAll([id], !selected.has(id))}
                  onToggleAll={toggleAll}
                />
              ))}
              {chosen.length > 0 && <AgentBulk agents={chosen} onClear={() => setSelected(new Set())} />}
            </>
          )
        }
      </Asked>
    </Page>
  );
}
