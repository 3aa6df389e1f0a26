"use client";
import type { CreatePodBackupRequest } from "@agentpod/core/api/pod-backup-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { Button } from "../../../ui/button.tsx";
import { Choice } from "../../../ui/choice.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import type { backupNeeds } from "./backup-needs.ts";
import { TargetField } from "./target-field.tsx";

interface CreateProps {
  pod: PodView;
  needs: ReturnType<typeof backupNeeds>;
  onClose(): void;
  onBegun(operation: string): void;
}

/** Asks where to, and whether the pod may be copied while it runs, and begins. */
export function CreatePodBackup({ pod, needs, onClose, onBegun }: CreateProps) {
  const t = useTranslations("podBackups");
  const client = useQueryClient();
  const [target, setTarget] = useState("");
  const [live, setLive] = useState(false);
  const create = useAct({
    run: (body: CreatePodBackupRequest) => api.podBackups.create(pod.tenant, pod.name, body),
    onDone({ operation }) {
      onBegun(operation);
      void client.invalidateQueries({ queryKey: ["pod-backups", pod.tenant] });
      onClose();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    create.mutate({ live, ...(target !== "" && { target }) });
  };
  const standsStill = needs === "standing" && !live && pod.desired === "running";
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("createTitle", { pod: `${pod.tenant}/${pod.name}` })}
      description={t(standsStill ? "standsStill" : "goesOn")}
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <TargetField tenant={pod.tenant} value={target} onChange={setTarget} />
        {needs === "standing" && <Choice label={t("live")} hint={t("liveHint")} checked={live} onChange={setLive} />}
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={create.isPending}>
            {t("create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
