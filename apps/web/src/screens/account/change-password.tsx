"use client";
import { type FormEvent, useRef } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

export function ChangePassword({ email }: { email: string }) {
  const t = useTranslations("account");
  const form = useRef<HTMLFormElement>(null);
  const errors = useFieldErrors();
  const change = useAct({
    run: (given: FormData) => api.account.changePassword(String(given.get("current")), String(given.get("password"))),
    done: () => t("passwordChanged"),
    onDone: () => form.current?.reset(),
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    change.mutate(new FormData(event.currentTarget));
  };
  return (
    <Card title={t("password")}>
      <form ref={form} onSubmit={submit} noValidate className="flex flex-col gap-4">
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("currentPassword")} error={errors.at("current")} required>
            {(ids) => <Input {...ids} name="current" type="password" autoComplete="current-password" />}
          </Field>
          <Field label={t("newPassword")} error={errors.at("password")} required>
            {(ids) => <Input {...ids} name="password" type="password" autoComplete="new-password" />}
          </Field>
        </div>
        <div>
          <Button type="submit" isBusy={change.isPending}>
            {t("changePassword")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
