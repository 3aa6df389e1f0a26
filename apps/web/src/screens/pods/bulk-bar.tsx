"use client";
import type { PodSummary } from "@agentpod/core/api/pod-view";
import { toAppError } from "@agentpod/core/errors";
import { useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useAct } from "../../api/use-act.ts";
import { actOnPods, type PodVerb } from "../../pods/pod-acts.ts";
import { go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { useToast } from "../../ui/toast.tsx";

const verbs = ["start", "stop", "restart"] as const;

/** What can be done with the pods that are ticked. */
export function BulkBar({ pods, onClear }: { pods: PodSummary[]; onClear(): void }) {
  const t = useTranslations("pods");
  const verb = useTranslations("verb");
  const client = useQueryClient();
  const toast = useToast();
  const mayNot = useMay();
  const [isDeleting, setDeleting] = useState(false);
  const act = useAct({
    run: (wanted: PodVerb) => actOnPods(client, wanted, pods),
    onDone(failed, wanted) {
      const [first] = failed;
      if (first === undefined) {
        toast.say(t("bulkDone", { verb: verb(wanted), count: pods.length }));
        setDeleting(false);
        onClear();
      } else toast.fail(toAppError(first.error));
    },
  });
  const phrase = pods.length === 1 && pods[0] ? `${pods[0].tenant}/${pods[0].name}` : t("deletePhrase", { count: pods.length });
  return (
    <section
      aria-label={t("bulk")}
      className="appear sticky bottom-4 z-10 mx-auto flex max-w-full flex-wrap items-center gap-2 rounded-xl bg-raised p-2 pl-4 shadow-float"
    >
      <span className="mr-2 text-sm tabular-nums">{t("selected", { count: pods.length })}</span>
      {verbs.map((one) => (
        <Button key={one} small why={mayNot("pod.write")} isBusy={act.isPending && act.variables === one} onClick={() => act.mutate(one)}>
          {verb(one)}
        </Button>
      ))}
      <Button
        small
        why={mayNot("pod.write")}
        onClick={() => go(`/upgrade?pods=${pods.map((pod) => encodeURIComponent(`${pod.tenant}/${pod.name}`)).join(",")}`)}
      >
        {t("upgrade")}
      </Button>
      <Button small look="danger" why={mayNot("pod.delete")} onClick={() => setDeleting(true)}>
        {verb("delete")}
      </Button>
      <IconButton icon={X} label={t("clear")} onClick={onClear} />
      <ConfirmByName
        open={isDeleting}
        onOpenChange={setDeleting}
        title={t("deleteTitle", { count: pods.length })}
        warning={t("deleteWarning")}
        name={phrase}
        action={verb("delete")}
        isBusy={act.isPending}
        onConfirm={() => act.mutate("delete")}
      >
        <ul className="max-h-40 overflow-y-auto rounded-md border bg-surface px-3 py-2 font-mono text-[13px]">
          {pods.map((pod) => (
            <li key={pod.id}>
              {pod.tenant}/{pod.name}
            </li>
          ))}
        </ul>
      </ConfirmByName>
    </section>
  );
}
