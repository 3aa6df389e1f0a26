"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { showPod } from "../../api/refresh-pod.ts";
import { useAct } from "../../api/use-act.ts";
import { LaterTexts } from "../../i18n/later-texts.tsx";
import { go } from "../../routing/go.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";

/** Gives an adopted container back as it was found, once the pod's name was typed. */
export default function ReleasePod(props: { pod: PodView; onClose(): void }) {
  return (
    <LaterTexts>
      <ReleaseInside {...props} />
    </LaterTexts>
  );
}

function ReleaseInside({ pod, onClose }: { pod: PodView; onClose(): void }) {
  const t = useTranslations("adopt");
  const client = useQueryClient();
  const label = `${pod.tenant}/${pod.name}`;
  const container = pod.adopted?.container ?? "";
  const release = useAct({
    run: () => api.adoption.release(pod.tenant, pod.name),
    done: () => t("released", { container }),
    onDone(view) {
      showPod(client, view);
      go("/pods");
    },
  });
  return (
    <ConfirmByName
      open
      onOpenChange={onClose}
      title={t("releaseTitle", { container })}
      warning={t("releaseText", { pod: label })}
      name={label}
      action={t("release")}
      isBusy={release.isPending}
      onConfirm={() => release.mutate()}
    />
  );
}
