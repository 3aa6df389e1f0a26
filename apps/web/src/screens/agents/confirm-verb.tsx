"use client";
import type { PodSummary } from "@agentpod/core/api/pod-view";
import { toAppError } from "@agentpod/core/errors";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { useAct } from "../../api/use-act.ts";
import { actOnPods } from "../../pods/pod-acts.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useToast } from "../../ui/toast.tsx";

export type BulkVerb = "start" | "stop" | "restart";

interface ConfirmVerbProps {
  verb: BulkVerb;
  pods: PodSummary[];
  onClose(): void;
  /** All of them were asked for. */
  onDone(): void;
}

/** Says what it means for those agents' users before it is done. */
export function ConfirmVerb({ verb: wanted, pods, onClose, onDone }: ConfirmVerbProps) {
  const t = useTranslations("agents");
  const bulk = useTranslations("pods");
  const common = useTranslations("common");
  const verb = useTranslations("verb");
  const client = useQueryClient();
  const toast = useToast();
  const act = useAct({
    run: () => actOnPods(client, wanted, pods),
    onDone([first]) {
      if (first !== undefined) return toast.fail(toAppError(first.error));
      toast.say(bulk("bulkDone", { verb: verb(wanted), count: pods.length }));
      onDone();
    },
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t(`confirm.${wanted}.title`, { count: pods.length })}
      description={t(`confirm.${wanted}.text`)}
    >
      <PodNames pods={pods} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{common("cancel")}</Button>
        <Button look={wanted === "stop" ? "danger" : "solid"} isBusy={act.isPending} onClick={() => act.mutate()}>
          {verb(wanted)}
        </Button>
      </div>
    </Dialog>
  );
}

function PodNames({ pods }: { pods: PodSummary[] }) {
  return (
    <ul className="max-h-40 overflow-y-auto rounded-md border bg-surface px-3 py-2 font-mono text-[13px]">
      {pods.map(({ id, tenant, name }) => (
        <li key={id} className="break-all">
          {tenant}/{name}
        </li>
      ))}
    </ul>
  );
}
