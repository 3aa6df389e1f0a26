"use client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Failed } from "../../ui/failed.tsx";
import { Loading } from "../../ui/loading.tsx";
import { sizeOf } from "../backups/size-of.ts";
import { cleanUpQueries } from "./clean-up-queries.ts";

/** Takes away what may go, after it was said how much that is. It goes on when the question is closed, or the page. */
export function RunCleanUp() {
  const t = useTranslations("cleanUp");
  const client = useQueryClient();
  const format = useFormatter();
  const why = useMay()("platform.settings");
  const [isOpen, setOpen] = useState(false);
  const run = useAct({
    run: api.cleanUps.run,
    done({ gone, bytes, problems }) {
      const count = Object.values(gone).reduce((sum, each) => sum + each, 0);
      const done = t("done", { count, size: sizeOf(bytes, format) });
      return problems.length === 0 ? done : `${done} ${t("doneProblems")}`;
    },
    onDone() {
      setOpen(false);
      for (const key of ["clean-up", "clean-up-plan"]) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  return (
    <>
      <Button small look="solid" why={why} isBusy={run.isPending} onClick={() => setOpen(true)}>
        {t("run")}
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen} title={t("runTitle")} description={t("runText")}>
        {run.isPending ? (
          <p role="status" className="text-sm">
            {t("running")}
          </p>
        ) : (
          <Question onNo={() => setOpen(false)} onYes={() => run.mutate()} />
        )}
      </Dialog>
    </>
  );
}

/** What would go is looked for anew: it is the question. */
function Question({ onNo, onYes }: { onNo(): void; onYes(): void }) {
  const t = useTranslations("cleanUp");
  const format = useFormatter();
  const { data, error, isFetching, refetch } = useQuery({ ...cleanUpQueries.plan(), refetchOnMount: "always" });
  if (isFetching)
    return (
      <div>
        <p role="status" className="text-soft text-sm">
          {t("looking")}
        </p>
        <Loading lines={2} />
      </div>
    );
  if (data === undefined) return <Failed error={error} onRetry={() => void refetch()} />;
  const { goes, bytes } = data;
  return (
    <>
      <p className="font-medium text-sm">
        {goes.length === 0 ? t("nothingGoes") : t("goes", { count: goes.length, size: sizeOf(bytes, format) })}
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={onNo}>{t("notNow")}</Button>
        {goes.length > 0 && (
          <Button look="danger" onClick={onYes}>
            {t("run")}
          </Button>
        )}
      </div>
    </>
  );
}
