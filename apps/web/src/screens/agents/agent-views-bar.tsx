import { useTranslations } from "use-intl";
import { cx } from "../../ui/cx.ts";
import { type Agent, type AgentView, agentViews, isIn } from "./choose-agents.ts";

/** How many do how; each number shows those alone. What nobody is in is left out. */
export function AgentViewsBar({ agents, view, onView }: { agents: Agent[]; view: AgentView; onView(view: AgentView): void }) {
  const t = useTranslations("agents");
  const shown = agentViews
    .map((one) => ({ one, count: agents.filter((agent) => isIn(one, agent)).length }))
    .filter(({ one, count }) => one === "" || count > 0 || one === view);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is drawn with a legend, which nobody would see here
    <div role="group" aria-label={t("show")} className="flex flex-wrap gap-1.5">
      {shown.map(({ one, count }) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === view}
          onClick={() => onView(one === view ? "" : one)}
          className={cx(
            "inline-flex h-8 items-center gap-2 whitespace-nowrap rounded-md border px-3 text-sm transition-colors",
            one === view ? "border-ink bg-solid text-on-solid" : "bg-raised hover:bg-hover",
            one === "attention" && one !== view && "border-ink font-medium",
          )}
        >
          {t(`views.${one === "" ? "all" : one}`)}
          <span className="tabular-nums opacity-75">{count}</span>
        </button>
      ))}
    </div>
  );
}
