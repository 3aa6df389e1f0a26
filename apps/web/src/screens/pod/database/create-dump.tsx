"use client";
import type { CreateDumpRequest } from "@agentpod/core/api/dump-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { TargetField } from "../backups/target-field.tsx";

interface CreateProps {
  pod: PodView;
  unit: string;
  onClose(): void;
  onBegun(operation: string): void;
}

/** Asks where to, and begins a dump. */
export function CreateDump({ pod: { tenant, name }, unit, onClose, onBegun }: CreateProps) {
  const t = useTranslations("podDatabase");
  const client = useQueryClient();
  const [target, setTarget] = useState("");
  const create = useAct({
    run: (body: CreateDumpRequest) => api.databases.createDump(tenant, name, unit, body),
    onDone({ operation }) {
      onBegun(operation);
      void client.invalidateQueries({ queryKey: ["dumps", tenant] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!create.isPending) create.mutate(target === "" ? {} : { target });
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("createTitle", { unit, pod: `${tenant}/${name}` })} description={t("createText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <TargetField tenant={tenant} value={target} onChange={setTarget} />
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={create.isPending}>
            {t("create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
