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

/** A new user chooses the password by a link, so that nobody else ever knows it. */
export function NewUser({ onClose, onLink }: { onClose(): void; onLink(link: string): void }) {
  const t = useTranslations("users");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const create = useAct({
    run: (form: FormData) =>
      api.users.create({
        email: String(form.get("email")),
        name: String(form.get("name")),
        platformAdmin: form.get("platformAdmin") === "on",
      }),
    onDone({ passwordLink }) {
      void client.invalidateQueries({ queryKey: ["users"] });
      if (passwordLink === null) onClose();
      else onLink(passwordLink.link);
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    create.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("newTitle")} description={t("newText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("email")} error={errors.at("email")} required>
          {(ids) => <Input {...ids} name="email" type="email" autoComplete="off" autoFocus />}
        </Field>
        <Field label={t("name")} error={errors.at("name")} required>
          {(ids) => <Input {...ids} name="name" autoComplete="off" />}
        </Field>
        <label className="flex items-center gap-2.5 text-sm">
          <input type="checkbox" name="platformAdmin" className="size-4 accent-ink" />
          {t("makeAdmin")}
        </label>
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={create.isPending}>
            {t("create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
