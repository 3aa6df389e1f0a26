"use client";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import type { Agent } from "./choose-agents.ts";
import { type BulkVerb, ConfirmVerb } from "./confirm-verb.tsx";

const verbs = ["start", "stop", "restart"] as const satisfies readonly BulkVerb[];

/** What can be done with the agents that are ticked; each is asked for once more. */
export function AgentBulk({ agents, onClear }: { agents: Agent[]; onClear(): void }) {
  const t = useTranslations("agents");
  const pods = useTranslations("pods");
  const verb = useTranslations("verb");
  const mayNot = useMay();
  const [asking, setAsking] = useState<BulkVerb | null>(null);
  const why = agents.map(({ pod }) => mayNot("pod.write", pod.tenant)).find((one) => one !== null);
  const close = (): void => setAsking(null);
  const done = (): void => {
    close();
    onClear();
  };
  return (
    <section
      aria-label={t("bulk")}
      className="appear sticky bottom-4 z-10 mx-auto flex max-w-full flex-wrap items-center gap-2 rounded-xl bg-raised p-2 pl-4 shadow-float"
    >
      <span className="mr-2 text-sm tabular-nums">{pods("selected", { count: agents.length })}</span>
      {verbs.map((one) => (
        <Button key={one} small why={why} onClick={() => setAsking(one)}>
          {verb(one)}
        </Button>
      ))}
      <Button
        small
        why={why}
        onClick={() => go(`/upgrade?pods=${agents.map(({ pod }) => encodeURIComponent(`${pod.tenant}/${pod.name}`)).join(",")}`)}
      >
        {t("upgrade")}
      </Button>
      <IconButton icon={X} label={pods("clear")} onClick={onClear} />
      {asking !== null && <ConfirmVerb verb={asking} pods={agents.map(({ pod }) => pod)} onClose={close} onDone={done} />}
    </section>
  );
}
