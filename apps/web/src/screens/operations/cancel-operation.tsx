"use client";
import type { OperationView } from "@agentpod/core/api/operation-view";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { operationQueries } from "./operation-queries.ts";
import { useKindText } from "./use-kind-text.ts";

/** Asks whether it is to end, and says what that means for what was begun. */
export function CancelOperation({ operation: { id, kind, state, tenant, cancelledBy } }: { operation: OperationView }) {
  const t = useTranslations("operations");
  const client = useQueryClient();
  const mayNot = useMay();
  const kindText = useKindText();
  const [isAsking, setAsking] = useState(false);
  const cancel = useAct({
    run: () => api.operations.cancel(id),
    done: () => t("cancelAsked"),
    onDone(view) {
      client.setQueryData(operationQueries.one(id).queryKey, view);
      setAsking(false);
    },
  });
  const why = cancelledBy === null ? mayNot("pod.write", tenant ?? undefined) : t("cancelAsked");
  return (
    <>
      <Button look="danger" why={why} onClick={() => setAsking(true)}>
        {t("cancel")}
      </Button>
      <Dialog
        open={isAsking}
        onOpenChange={setAsking}
        title={t("cancelTitle", { kind: kindText(kind) })}
        description={t(state === "queued" ? "cancelQueued" : kind === "pod.upgrade" ? "cancelUpgrade" : "cancelText")}
      >
        <div className="flex justify-end gap-2">
          <Button onClick={() => setAsking(false)}>{t("goOn")}</Button>
          <Button look="danger" isBusy={cancel.isPending} onClick={() => cancel.mutate()}>
            {t("cancel")}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
