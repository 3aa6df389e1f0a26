"use client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { deploymentQueries } from "../deployments/deployment-queries.ts";

/** Asks whether a deployment is to end. `isAsked`: somebody said so already. */
export function CancelDeployment({ deployment, isAsked }: { deployment: DeploymentSummary; isAsked: boolean }) {
  const t = useTranslations("deployments");
  const client = useQueryClient();
  const mayNot = useMay();
  const [isOpen, setOpen] = useState(false);
  const { tenant, name, number } = deployment;
  const cancel = useAct({
    run: () => api.deployments.cancel(tenant, name, number),
    done: () => t("cancelAsked"),
    onDone(operation) {
      client.setQueryData(deploymentQueries.operation(operation.id).queryKey, operation);
      setOpen(false);
    },
  });
  return (
    <>
      <Button look="danger" why={isAsked ? t("cancelAsked") : mayNot("pod.write", tenant)} onClick={() => setOpen(true)}>
        {t("cancel")}
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen} title={t("cancelTitle", { number })} description={t("cancelText")}>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>{t("goOn")}</Button>
          <Button look="danger" isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("cancel")}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
