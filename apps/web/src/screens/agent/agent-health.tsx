import { useTranslations } from "use-intl";
import { useSaid } from "../../i18n/said.ts";
import { Ago } from "../../i18n/time.tsx";
import { PhaseText } from "../../pods/phase-text.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { podState } from "../../pods/pod-state.ts";
import { Go } from "../../routing/go.tsx";
import { Card } from "../../ui/card.tsx";
import { channelsOf } from "../agents/agent-standing.ts";
import { AsleepWords } from "../agents/asleep-words.tsx";
import { ChannelWords } from "../agents/channel-words.tsx";
import type { PodTabProps } from "../pod/pod-tabs.ts";

/** How it does and how its users reach it, in words, and since when. */
export function AgentHealth({ pod }: PodTabProps) {
  const t = useTranslations("agent");
  const said = useSaid();
  const channels = channelsOf(pod);
  const since = pod.conditions.find(({ type }) => type === "Ready")?.since ?? null;
  return (
    <Card
      title={t("health")}
      actions={
        <Go href={podHref(pod, "config")} className="rounded text-[13px] text-soft underline underline-offset-4 hover:text-ink">
          {t("channelsHref")}
        </Go>
      }
    >
      <div className="flex flex-col gap-3 text-sm">
        <p className="flex flex-wrap items-center gap-x-3">
          <span className="font-medium">
            <PhaseText pod={pod} />
          </span>
          {since !== null && (
            <span className="text-soft">
              <Ago at={since} />
            </span>
          )}
        </p>
        <AsleepWords pod={pod} />
        {podState(pod).standing !== "fine" && <p className="break-words text-soft">{said(pod.message)}</p>}
        {channels.length === 0 ? (
          <p className="text-soft">{t(pod.desired === "running" ? "noChannels" : "channelsUnknown")}</p>
        ) : (
          <ul aria-label={t("channels")} className="flex flex-col gap-2 border-t pt-3">
            {channels.map((channel) => (
              <li key={`${channel.channel} ${channel.account}`}>
                <ChannelWords channel={channel} withSince />
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}
