"use client";
import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

/** Asks for the passphrase that protects the master key, and begins. */
export function CreateBackup({ hasPassphrase, onClose }: { hasPassphrase: boolean; onClose(): void }) {
  const t = useTranslations("backups");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const create = useAct({
    run: (passphrase: string | undefined) => api.backups.create(passphrase),
    onDone: () => {
      void client.invalidateQueries({ queryKey: ["backups"] });
      onClose();
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    const passphrase = String(new FormData(event.currentTarget).get("passphrase") ?? "");
    create.mutate(passphrase === "" ? undefined : passphrase);
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("createTitle")} description={t("notInIt")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("passphrase")} hint={t(hasPassphrase ? "passphraseKept" : "passphraseHint")} error={errors.at("passphrase")}>
          {(ids) => <Input {...ids} name="passphrase" type="password" autoComplete="new-password" />}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={create.isPending}>
            {t("create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
