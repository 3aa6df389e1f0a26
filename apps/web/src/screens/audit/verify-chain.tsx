"use client";
import type { AuditVerification } from "@agentpod/core/api/audit-view";
import { useFormatter, useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Mark } from "../../ui/mark.tsx";

/** Walks the whole chain on the server, and tells what was found in words. */
export function VerifyChain({ why }: { why: string | null }) {
  const t = useTranslations("audit.chain");
  const verify = useAct({ run: () => api.audit.verify() });
  return (
    <>
      <Button look="solid" why={why} isBusy={verify.isPending} onClick={() => verify.mutate()}>
        {t("verify")}
      </Button>
      {verify.data && (
        <Dialog open onOpenChange={() => verify.reset()} title={t(verify.data.intact ? "intactTitle" : "brokenTitle")}>
          <Found found={verify.data} />
          <div className="flex justify-end">
            <Button onClick={() => verify.reset()}>{t("done")}</Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

function Found({ found: { intact, events, archives, heads, head, broken, missingArchives } }: { found: AuditVerification }) {
  const t = useTranslations("audit.chain");
  const said = useSaid();
  const format = useFormatter();
  return (
    <div role={intact ? "status" : "alert"} className="flex flex-col gap-3 text-sm">
      <p className="flex gap-2 font-medium">
        <span className="pt-1">
          <Mark shape={intact ? "full" : "cross"} />
        </span>
        {broken === null
          ? t("intact", { events })
          : t(`broken.${broken.kind}`, { event: broken.eventId === null ? "?" : String(broken.eventId) })}
      </p>
      {broken !== null && (
        <>
          <p className="break-words">{said(broken.message)}</p>
          <p className="text-soft">{t("brokenAdvice")}</p>
        </>
      )}
      <p className="text-soft">{t("looked", { events, archives, heads })}</p>
      {missingArchives.length > 0 && <p>{t("missing", { files: format.list(missingArchives) })}</p>}
      {head !== null && (
        <p className="break-all font-mono text-[13px] text-soft">{t("headIs", { seq: String(head.seq), hash: head.hash })}</p>
      )}
    </div>
  );
}
