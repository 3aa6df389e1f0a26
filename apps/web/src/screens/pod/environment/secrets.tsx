"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Command } from "../../../ui/command.tsx";

/** Names of the pod's secrets; a value is shown on request, which is written down, and forgotten with the page. */
export function Secrets({ pod }: { pod: PodView }) {
  const t = useTranslations("environment");
  const mayNot = useMay();
  const [shown, setShown] = useState<Record<string, string>>({});
  const reveal = useAct({
    run: (name: string) => api.pods.revealSecret(pod.tenant, pod.name, name),
    onDone: ({ name, value }) => setShown((before) => ({ ...before, [name]: value })),
  });
  return (
    <Card title={t("secrets")} flush>
      <ul className="divide-y">
        {pod.secrets.map((name) => (
          <li key={name} className="flex flex-wrap items-center justify-between gap-3 px-4 py-2.5 text-sm">
            <code className="font-mono text-[13px]">{name}</code>
            {shown[name] === undefined ? (
              <Button
                small
                why={mayNot("secret.reveal", pod.tenant)}
                isBusy={reveal.isPending && reveal.variables === name}
                onClick={() => reveal.mutate(name)}
              >
                {t("reveal")}
              </Button>
            ) : (
              <Command text={shown[name]} />
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
