import type { LlmUsageView } from "@agentpod/core/api/llm-view";
import { useTranslations } from "use-intl";
import { Go } from "../../routing/go.tsx";
import { cx } from "../../ui/cx.ts";
import { HealthBar } from "../overview/health-bar.tsx";
import { AgentRow, agentColumns } from "./agent-row.tsx";
import { agentStanding } from "./agent-standing.ts";
import type { AgentGroup as Group } from "./choose-agents.ts";

interface AgentGroupProps {
  group: Group;
  usage: ReadonlyMap<string, LlmUsageView>;
  selected: ReadonlySet<string>;
  onToggle(id: string): void;
  onToggleAll(ids: string[], isOn: boolean): void;
}

/** One customer's agents. Groups out of sight are not laid out, so that many are no burden. */
export function AgentGroup({ group: { tenant, agents }, usage, selected, onToggle, onToggleAll }: AgentGroupProps) {
  const t = useTranslations("agents");
  const ids = agents.map(({ pod }) => pod.id);
  const areAll = ids.every((id) => selected.has(id));
  return (
    <section
      aria-label={tenant}
      className="min-w-0 overflow-hidden rounded-xl border bg-raised [contain-intrinsic-size:auto_16rem] [content-visibility:auto]"
    >
      <div className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-2 text-sm">
        <input
          type="checkbox"
          checked={areAll}
          onChange={() => onToggleAll(ids, !areAll)}
          aria-label={t("selectAllOf", { tenant })}
          className="size-4 accent-ink"
        />
        <h2 className="min-w-0 break-all font-medium">
          <Go href={`/pods?tenant=${encodeURIComponent(tenant)}`} className="rounded underline-offset-4 hover:underline">
            {tenant}
          </Go>
        </h2>
        <span className="text-soft">{t("count", { count: agents.length })}</span>
        <span className="ml-auto w-24">
          <HealthBar standings={agents.map(({ pod }) => agentStanding(pod))} />
        </span>
      </div>
      <table aria-label={t("agentsOf", { tenant })} className="block text-sm">
        <thead className="hidden lg:block">
          <tr className={cx(agentColumns, "py-2 text-left text-soft text-xs")}>
            <th scope="col">
              <span className="sr-only">{t("selection")}</span>
            </th>
            {(["agent", "channels", "package"] as const).map((column) => (
              <th key={column} scope="col" className="font-medium">
                {t(`columns.${column}`)}
              </th>
            ))}
            <th scope="col" className="text-right font-medium">
              {t("columns.today")}
            </th>
          </tr>
        </thead>
        <tbody className="block divide-y lg:border-t">
          {agents.map((agent) => (
            <tr key={agent.pod.id} className={cx(agentColumns, "py-3 transition-colors hover:bg-hover")}>
              <AgentRow
                agent={agent}
                usage={usage.get(`${agent.pod.tenant}/${agent.pod.name}`)}
                isSelected={selected.has(agent.pod.id)}
                onToggle={onToggle}
              />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
