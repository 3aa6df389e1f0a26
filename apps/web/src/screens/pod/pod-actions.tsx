"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQueryClient } from "@tanstack/react-query";
import { Ellipsis, ExternalLink } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslations } from "use-intl";
import { useAct } from "../../api/use-act.ts";
import { actOnPod, type PodVerb } from "../../pods/pod-acts.ts";
import { useWhyNot } from "../../pods/use-why-not.ts";
import { go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { OutLink } from "../../ui/out-link.tsx";
import { DeletePod } from "./delete-pod.tsx";

const ReleasePod = lazy(() => import("../adopt/release-pod.tsx"));

/** What can be done with a pod now; what cannot says why. */
export function PodActions({ pod }: { pod: PodView }) {
  const t = useTranslations("pod");
  const verb = useTranslations("verb");
  const client = useQueryClient();
  const whyNot = useWhyNot();
  const mayNot = useMay();
  const [isDeleting, setDeleting] = useState(false);
  const [isReleasing, setReleasing] = useState(false);
  const act = useAct({
    run: (wanted: PodVerb) => actOnPod(client, wanted, pod),
    done: (_view, wanted) => t("asked", { verb: verb(wanted), pod: `${pod.tenant}/${pod.name}` }),
  });
  const main = pod.desired === "running" ? "stop" : "start";
  const [address] = pod.addresses;
  const isMadeAnew = pod.conditions.some(({ reason }) => reason === "MadeAnew");
  return (
    <>
      {address && (
        <OutLink href={address} className={buttonClass()}>
          <ExternalLink className="size-3.5" aria-hidden />
          {t("open")}
        </OutLink>
      )}
      <Button why={whyNot(pod, "restart")} isBusy={act.isPending && act.variables === "restart"} onClick={() => act.mutate("restart")}>
        {verb("restart")}
      </Button>
      <Button why={whyNot(pod, main)} isBusy={act.isPending && act.variables === main} onClick={() => act.mutate(main)}>
        {verb(main)}
      </Button>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={t("more")} className="border" />}
        items={[
          { label: verb("sleep"), why: whyNot(pod, "sleep"), onSelect: () => act.mutate("sleep") },
          ...(pod.template === null
            ? []
            : [
                {
                  label: t("upgrade"),
                  why: whyNot(pod, "update"),
                  onSelect: () => go(`/upgrade?pods=${encodeURIComponent(`${pod.tenant}/${pod.name}`)}`),
                },
              ]),
          ...(pod.adopted === undefined
            ? []
            : [
                {
                  label: t("giveBack"),
                  why: mayNot("platform.adopt") ?? (isMadeAnew ? t("noneToGiveBack") : null),
                  onSelect: () => setReleasing(true),
                },
              ]),
          { label: verb("delete"), why: whyNot(pod, "delete"), onSelect: () => setDeleting(true) },
        ]}
      />
      <Suspense>{isReleasing && <ReleasePod pod={pod} onClose={() => setReleasing(false)} />}</Suspense>
      <DeletePod pod={pod} open={isDeleting} onOpenChange={setDeleting} />
    </>
  );
}
