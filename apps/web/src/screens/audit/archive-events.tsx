"use client";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

/** Moves old entries into files, after asking how old. */
export function ArchiveEvents() {
  const t = useTranslations("audit.chain");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const [isOpen, setOpen] = useState(false);
  const archive = useAct({
    run: (days: string) => api.audit.archive(days.trim() === "" ? Number.NaN : Number(days)),
    done: ({ events }) => (events === 0 ? t("nothingArchived") : t("archived", { count: events })),
    onDone() {
      setOpen(false);
      for (const key of ["audit-status", "audit"]) void client.invalidateQueries({ queryKey: [key] });
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    archive.mutate(String(new FormData(event.currentTarget).get("days")));
  };
  return (
    <>
      <Button small why={useMay()("platform.settings")} onClick={() => setOpen(true)}>
        {t("archive")}
      </Button>
      <Dialog open={isOpen} onOpenChange={setOpen} title={t("archiveTitle")} description={t("archiveText")}>
        <form onSubmit={submit} noValidate className="flex flex-col gap-4">
          <Field label={t("olderThan")} hint={t("olderThanHint")} error={errors.at("olderThanDays")} required>
            {(ids) => <Input {...ids} name="days" inputMode="numeric" defaultValue="365" autoComplete="off" />}
          </Field>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>{t("cancel")}</Button>
            <Button type="submit" look="danger" isBusy={archive.isPending}>
              {t("archiveNow")}
            </Button>
          </div>
        </form>
      </Dialog>
    </>
  );
}
