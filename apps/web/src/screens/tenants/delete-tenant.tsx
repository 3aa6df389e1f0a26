"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { ConfirmByName } from "../../ui/confirm-by-name.tsx";

/** A tenant goes with all its pods and their data. */
export function DeleteTenant({ name, pods, onClose }: { name: string; pods: number; onClose(): void }) {
  const t = useTranslations("tenants");
  const client = useQueryClient();
  const act = useAct({
    run: () => api.tenants.delete(name, pods > 0),
    done: () => t("deletedOne", { name }),
    onDone() {
      void client.invalidateQueries({ queryKey: ["tenants"] });
      onClose();
    },
  });
  return (
    <ConfirmByName
      open
      onOpenChange={onClose}
      title={t("deleteTitle", { name })}
      warning={t("deleteText", { pods })}
      name={name}
      action={t("delete")}
      isBusy={act.isPending}
      onConfirm={() => act.mutate()}
    />
  );
}
