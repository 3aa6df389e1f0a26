"use client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Ellipsis, ExternalLink } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { showPod } from "../../api/refresh-pod.ts";
import { useAct } from "../../api/use-act.ts";
import { podHref } from "../../pods/pod-href.ts";
import { go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { OutLink } from "../../ui/out-link.tsx";
import { deploymentHref, newDeploymentHref } from "../deployments/deployment-href.ts";
import { DestroyProject } from "./destroy-project.tsx";
import { PromoteHere } from "./promote-here.tsx";

interface ActionsProps {
  tenant: string;
  name: string;
  /** What serves; null: nothing does. */
  serving: DeploymentSummary | null;
}

/** What can be done with an application now; what cannot says why. */
export function ProjectActions({ tenant, name, serving }: ActionsProps) {
  const t = useTranslations("deployments");
  const client = useQueryClient();
  const mayNot = useMay();
  const [isPromoting, setPromoting] = useState(false);
  const [isDestroying, setDestroying] = useState(false);
  const { data: pod } = useQuery({ ...queries.pod(tenant, name), retry: false });
  const redeploy = useAct({
    run: () => api.deployments.redeploy(tenant, name),
    onDone({ deployment }) {
      void client.invalidateQueries({ queryKey: ["deployments"] });
      go(deploymentHref(deployment, deployment.number));
    },
  });
  const restart = useAct({
    run: () => api.deployments.restart(tenant, name),
    done: () => t("restartAsked", { name: `${tenant}/${name}` }),
    onDone: (view) => showPod(client, view),
  });
  const noneServes = serving === null ? t("nothingServes") : null;
  const mayWrite = mayNot("pod.write", tenant);
  return (
    <>
      {serving?.url && (
        <OutLink href={serving.url} className={buttonClass()}>
          <ExternalLink className="size-3.5" aria-hidden />
          {t("open")}
        </OutLink>
      )}
      <Button why={mayWrite ?? noneServes} isBusy={redeploy.isPending} onClick={() => redeploy.mutate()}>
        {t("redeploy")}
      </Button>
      <Button look="solid" why={mayWrite} onClick={() => go(newDeploymentHref(tenant, name))}>
        {t("deploy")}
      </Button>
      <Menu
        trigger={<IconButton icon={Ellipsis} label={t("more")} className="border" />}
        items={[
          ...(serving === null
            ? []
            : [{ label: t("configure"), why: mayWrite, onSelect: () => go(newDeploymentHref(tenant, name, serving.number)) }]),
          { label: t("promoteHere"), why: mayWrite, onSelect: () => setPromoting(true) },
          { label: t("restart"), why: mayWrite ?? noneServes, onSelect: () => restart.mutate() },
          ...(pod === undefined ? [] : [{ label: t("openPod"), onSelect: () => go(podHref(pod)) }]),
          { label: t("destroy"), why: mayNot("pod.delete", tenant), onSelect: () => setDestroying(true) },
        ]}
      />
      {isPromoting && <PromoteHere tenant={tenant} name={name} onClose={() => setPromoting(false)} />}
      {isDestroying && <DestroyProject tenant={tenant} name={name} onClose={() => setDestroying(false)} />}
    </>
  );
}
