"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { At } from "../../i18n/time.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Command } from "../../ui/command.tsx";

/** Makes the link by which the agent's user opens it, once. */
export function HandOverOffer({ pod }: { pod: PodView }) {
  const t = useTranslations("newAgent");
  const mayNot = useMay();
  const [made, setMade] = useState<{ link: string; expiresAt: string } | null>(null);
  const create = useAct({ run: () => api.handOver.create(pod.tenant, pod.name), onDone: setMade });
  return (
    <Card title={t("handOver")}>
      <div className="flex flex-col items-start gap-3">
        <p className="text-soft text-sm">{t("handOverText")}</p>
        {made === null ? (
          <Button look="solid" why={mayNot("pod.write", pod.tenant)} isBusy={create.isPending} onClick={() => create.mutate()}>
            {t("makeLink")}
          </Button>
        ) : (
          <>
            <div className="w-full">
              <Command text={made.link} />
            </div>
            <p className="text-[13px] text-soft">
              {t("linkUntil")} <At at={made.expiresAt} />
            </p>
          </>
        )}
      </div>
    </Card>
  );
}
