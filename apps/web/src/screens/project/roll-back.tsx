"use client";
import type { DeploymentSummary } from "@agentpod/core/api/deployment-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { go } from "../../routing/go.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Loading } from "../../ui/loading.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { ChangesList } from "./changes-list.tsx";

/** Says what going back means, what it does not undo and what it changes, and does it. */
export function RollBack({ target, serving, onClose }: { target: DeploymentSummary; serving: DeploymentSummary; onClose(): void }) {
  const t = useTranslations("deployments");
  const client = useQueryClient();
  const { tenant, name, number } = target;
  const after = useQuery(deploymentQueries.one(tenant, name, number)).data;
  const before = useQuery(deploymentQueries.one(tenant, name, serving.number)).data;
  const revisions = useQuery(queries.revisions(tenant, name)).data;
  // A clean-up may have let go what it ran from, since the list was made.
  const isGone = after !== undefined && revisions !== undefined && !revisions.some(({ generation }) => generation === after.generation);
  const rollBack = useAct({
    run: () => api.deployments.rollBack(tenant, name, { number }),
    done: () => t("rollbackAsked", { number }),
    onDone({ deployment }) {
      void client.invalidateQueries({ queryKey: ["deployments"] });
      onClose();
      go(deploymentHref(deployment, deployment.number));
    },
  });
  return (
    <Dialog open onOpenChange={onClose} title={t("rollbackTitle", { number })} description={t("rollbackText")}>
      <p role={isGone ? "alert" : undefined} className="rounded-md border border-line-strong p-3 font-medium text-sm">
        {t(isGone ? "rollbackGone" : "rollbackMigrations")}
      </p>
      <section aria-label={t("rollbackChanges")} className="flex flex-col gap-2">
        <h3 className="font-medium text-[13px]">{t("rollbackChanges")}</h3>
        {before === undefined || after === undefined ? <Loading lines={3} /> : <ChangesList before={before} after={after} />}
      </section>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("notNow")}</Button>
        <Button look="solid" why={isGone ? t("rollbackGone") : null} isBusy={rollBack.isPending} onClick={() => rollBack.mutate()}>
          {t("rollBack")}
        </Button>
      </div>
    </Dialog>
  );
}
