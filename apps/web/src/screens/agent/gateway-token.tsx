"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { showPod } from "../../api/refresh-pod.ts";
import { useAct } from "../../api/use-act.ts";
import { useMay } from "../../session/use-may.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Command } from "../../ui/command.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import type { PodTabProps } from "../pod/pod-tabs.ts";

/** What opens the agent's gateway: masked, shown when asked for twice, which is written down, and made anew. */
export function GatewayToken({ pod }: PodTabProps) {
  const t = useTranslations("agent");
  const common = useTranslations("common");
  const client = useQueryClient();
  const mayNot = useMay();
  const [asking, setAsking] = useState<"reveal" | "rotate" | null>(null);
  const [value, setValue] = useState<string | null>(null);
  const query = useQuery({
    queryKey: ["pod", pod.tenant, pod.name, "tokens"],
    queryFn: async () => (await api.podTokens.list(pod.tenant)).filter((one) => one.pod === pod.name),
  });
  const reveal = useAct({
    run: () => api.podTokens.reveal(pod.tenant, pod.name),
    onDone(shown) {
      setAsking(null);
      setValue(shown.value);
    },
  });
  const rotate = useAct({
    run: () => api.podTokens.rotate(pod.tenant, pod.name),
    done: () => t("rotated"),
    onDone(view) {
      setAsking(null);
      setValue(null);
      showPod(client, view);
    },
  });
  const act = asking === "rotate" ? rotate : reveal;
  return (
    <Card title={t("token")}>
      <div className="flex flex-col gap-3">
        <p className="text-soft text-sm">{t("tokenText")}</p>
        <Asked query={query} lines={1}>
          {(tokens) => (
            <ul className="flex flex-col gap-2 text-sm">
              {tokens.map(({ name, masked }, i) => (
                <li key={name} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
                  <code className="break-all font-mono text-[13px]">{name}</code>
                  {i === 0 && value !== null ? <Command text={value} /> : <code className="font-mono text-[13px] text-soft">{masked}</code>}
                </li>
              ))}
            </ul>
          )}
        </Asked>
        <div className="flex flex-wrap gap-2">
          {value === null && (
            <Button small why={mayNot("secret.reveal", pod.tenant)} onClick={() => setAsking("reveal")}>
              {t("reveal")}
            </Button>
          )}
          <Button small why={mayNot("pod.write", pod.tenant)} onClick={() => setAsking("rotate")}>
            {t("rotate")}
          </Button>
        </div>
      </div>
      {asking !== null && (
        <Dialog open onOpenChange={() => setAsking(null)} title={t(`${asking}Title`)} description={t(`${asking}Text`)}>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setAsking(null)}>{common("cancel")}</Button>
            <Button look="danger" isBusy={act.isPending} onClick={() => act.mutate()}>
              {t(asking)}
            </Button>
          </div>
        </Dialog>
      )}
    </Card>
  );
}
