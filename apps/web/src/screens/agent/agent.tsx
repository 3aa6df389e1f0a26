"use client";
import { useTranslations } from "use-intl";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { useMay } from "../../session/use-may.ts";
import { Empty } from "../../ui/empty.tsx";
import type { PodTabProps } from "../pod/pod-tabs.ts";
import { AgentHealth } from "./agent-health.tsx";
import { AgentUsage } from "./agent-usage.tsx";
import { AgentVersion } from "./agent-version.tsx";
import { AskAgent } from "./ask-agent.tsx";
import { GatewayToken } from "./gateway-token.tsx";
import { HandOverLink } from "./hand-over-link.tsx";

/** What only an agent has: how its users reach it, how they get it, and what its answers cost. */
export default function Agent(props: PodTabProps) {
  return (
    <LaterTexts>
      <AgentInside {...props} />
    </LaterTexts>
  );
}

function AgentInside({ pod }: PodTabProps) {
  const t = useTranslations("agent");
  const mayNot = useMay();
  if (pod.product !== "agent") return <Empty title={t("noAgent")} text={t("noAgentText")} />;
  return (
    <div className="grid min-w-0 items-start gap-5 lg:grid-cols-[minmax(0,1.5fr)_minmax(0,1fr)]">
      <div className="flex min-w-0 flex-col gap-5">
        <AgentHealth pod={pod} />
        <AskAgent pod={pod} />
        {mayNot("llm.read", pod.tenant) === null && <AgentUsage pod={pod} />}
      </div>
      <div className="flex min-w-0 flex-col gap-5">
        <HandOverLink pod={pod} />
        <AgentVersion pod={pod} />
        <GatewayToken pod={pod} />
      </div>
    </div>
  );
}
