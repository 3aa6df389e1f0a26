"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { go } from "../../routing/go.tsx";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";

/** Takes an application away with its databases and all their data, once its name was typed; then shows how that goes on. */
export function DestroyProject({ tenant, name, onClose }: { tenant: string; name: string; onClose(): void }) {
  const t = useTranslations("deployments");
  const client = useQueryClient();
  const label = `${tenant}/${name}`;
  const destroy = useAct({
    run: () => api.deployments.destroy(tenant, name),
    done: () => t("destroyAsked", { name: label }),
    onDone(operation) {
      void client.invalidateQueries({ queryKey: ["deployments"] });
      go(`/operations/${operation.id}`);
    },
  });
  return (
    <ConfirmByName
      open
      onOpenChange={onClose}
      title={t("destroyTitle", { name: label })}
      warning={t("destroyText")}
      name={label}
      action={t("destroy")}
      isBusy={destroy.isPending}
      onConfirm={() => destroy.mutate()}
    />
  );
}
