"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { useAct } from "../../api/use-act.ts";
import { actOnPod } from "../../pods/pod-acts.ts";
import { go } from "../../routing/go.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";

/** Asks for the pod's name; its volumes go with it unless they are kept, as those of an adopted one are unless somebody says otherwise. */
export function DeletePod({ pod, open, onOpenChange }: { pod: PodView; open: boolean; onOpenChange(open: boolean): void }) {
  const t = useTranslations("pod");
  const client = useQueryClient();
  const [keepData, setKeepData] = useState(pod.adopted !== undefined);
  const hasVolumes = pod.spec.units.some((unit) => unit.volumes.length > 0);
  const label = `${pod.tenant}/${pod.name}`;
  const act = useAct({
    run: () => actOnPod(client, "delete", pod, keepData),
    done: () => t("deleted", { pod: label }),
    onDone: () => go("/pods"),
  });
  return (
    <ConfirmByName
      open={open}
      onOpenChange={onOpenChange}
      title={t("deleteTitle", { pod: label })}
      warning={hasVolumes && !keepData ? t("deleteWithData") : t("deleteText")}
      name={label}
      action={t("delete")}
      isBusy={act.isPending}
      onConfirm={() => act.mutate()}
    >
      {hasVolumes && (
        <label className="flex items-center gap-2.5 text-sm">
          <input type="checkbox" checked={keepData} onChange={(event) => setKeepData(event.target.checked)} className="size-4 accent-ink" />
          {t("keepData")}
        </label>
      )}
    </ConfirmByName>
  );
}
