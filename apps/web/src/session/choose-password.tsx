"use client";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../api/client.ts";
import { useAct } from "../api/use-act.ts";
import { useFieldErrors } from "../inputs/field-errors.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { linkSecret } from "./link-secret.ts";
import { Outside } from "./outside.tsx";

/** Where a one-time link leads: its holder chooses a password, and signs in with it. */
export default function ChoosePassword() {
  const t = useTranslations("links");
  const [secret] = useState(linkSecret);
  const errors = useFieldErrors();
  const choose = useAct({
    run: (password: string) => api.login.resetPassword(secret, password),
    onDone: () => window.location.replace("/"),
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    choose.mutate(String(new FormData(event.currentTarget).get("password")));
  };
  return (
    <Outside title={t("passwordTitle")} text={t("passwordText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("newPassword")} hint={t("passwordHint")} error={errors.at("password")}>
          {(ids) => <Input {...ids} name="password" type="password" autoComplete="new-password" autoFocus />}
        </Field>
        <Button type="submit" look="solid" className="h-9!" isBusy={choose.isPending}>
          {t("choosePassword")}
        </Button>
      </form>
    </Outside>
  );
}
