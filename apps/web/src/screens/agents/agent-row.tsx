import type { LlmUsageView } from "@agentpod/core/api/llm-view";
import { memo } from "react";
import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { PhaseText } from "../../pods/phase-text.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { podState } from "../../pods/pod-state.ts";
import { Go } from "../../routing/go.tsx";
import { channelsOf } from "./agent-standing.ts";
import { AsleepWords } from "./asleep-words.tsx";
import { ChannelWords } from "./channel-words.tsx";
import type { Agent } from "./choose-agents.ts";
import { tokensOf, useUsageFormat } from "./usage-format.ts";

/** Columns of the board; on small screens they stand below each other. */
export const agentColumns =
  "grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-4 gap-y-2 px-4 lg:grid-cols-[1.25rem_minmax(0,1.2fr)_minmax(0,1.5fr)_minmax(0,1fr)_9rem]";

interface AgentRowProps {
  agent: Agent;
  /** Of today; absent: none, or not known. */
  usage: LlmUsageView | undefined;
  isSelected: boolean;
  onToggle(id: string): void;
}

export const AgentRow = memo(function AgentRow({ agent: { pod, newer }, usage, isSelected, onToggle }: AgentRowProps) {
  const t = useTranslations("agents");
  const said = useSaid();
  const label = `${pod.tenant}/${pod.name}`;
  const channels = channelsOf(pod);
  return (
    <>
      <td className="pt-0.5">
        <input
          type="checkbox"
          checked={isSelected}
          onChange={() => onToggle(pod.id)}
          aria-label={t("select", { pod: label })}
          className="size-4 accent-ink align-middle"
        />
      </td>
      <td className="flex min-w-0 flex-col gap-1">
        <Go href={podHref(pod, "agent")} className="self-start break-all rounded font-medium underline-offset-4 hover:underline">
          {pod.name}
        </Go>
        <span className="text-[13px]">
          <PhaseText pod={pod} />
        </span>
        <AsleepWords pod={pod} />
        {podState(pod).standing === "attention" && <span className="break-words text-[13px] text-soft">{said(pod.message)}</span>}
      </td>
      <td className="col-start-2 min-w-0 text-[13px] lg:col-start-auto">
        {channels.length === 0 ? (
          <span className="text-soft">{t(pod.desired === "running" ? "noChannels" : "channelsUnknown")}</span>
        ) : (
          <ul className="flex flex-col gap-1">
            {channels.map((channel) => (
              <li key={`${channel.channel} ${channel.account}`}>
                <ChannelWords channel={channel} />
              </li>
            ))}
          </ul>
        )}
      </td>
      <td className="col-start-2 flex min-w-0 flex-wrap content-start items-baseline gap-x-2 gap-y-1 text-[13px] lg:col-start-auto lg:flex-col">
        <PackageName pod={pod} />
        {newer !== null && (
          <span className="rounded border border-line-strong px-1.5 font-medium text-xs">{t("newer", { version: newer })}</span>
        )}
      </td>
      <td className="col-start-2 min-w-0 text-[13px] tabular-nums lg:col-start-auto lg:text-right">
        <UsageWords usage={usage} />
      </td>
    </>
  );
});

export function PackageName({ pod: { template } }: { pod: Pick<Agent["pod"], "template"> }) {
  const t = useTranslations("agents");
  if (template === null) return <span className="text-soft">{t("noPackage")}</span>;
  return (
    <span className="min-w-0 break-all">
      {template.name} <span className="text-soft tabular-nums">{t("version", { version: template.version })}</span>
    </span>
  );
}

function UsageWords({ usage }: { usage: LlmUsageView | undefined }) {
  const t = useTranslations("agents");
  const format = useUsageFormat();
  if (usage === undefined || usage.calls === 0) return <span className="text-soft">{t("noCalls")}</span>;
  return (
    <span className="flex flex-wrap gap-x-3 lg:flex-col">
      <span>{t("calls", { count: usage.calls })}</span>
      <span className="text-soft">{t("tokens", { count: format.count(tokensOf(usage)) })}</span>
      <span className="text-soft">{t("cost", { cost: format.cost(usage.cost, usage.estimated) })}</span>
    </span>
  );
}
