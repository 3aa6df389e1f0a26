"use client";
import type { FormEvent } from "react";
import { useTranslations } from "use-intl";
import { api } from "../api/client.ts";
import { useAct } from "../api/use-act.ts";
import { useFieldErrors } from "../inputs/field-errors.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

/** For somebody without an account. With `email` the invitation is for that address alone. */
export function RegisterByInvitation({ secret, email, onDone }: { secret: string; email: string | null; onDone(): void }) {
  const t = useTranslations("links");
  const errors = useFieldErrors();
  const register = useAct({
    run: (form: FormData) =>
      api.invitations.register({
        secret,
        name: String(form.get("name")),
        password: String(form.get("password")),
        ...(email === null ? { email: String(form.get("email")) } : {}),
      }),
    onDone,
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    register.mutate(new FormData(event.currentTarget));
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <Field label={t("email")} error={errors.at("email")}>
        {(ids) => <Input {...ids} name="email" type="email" autoComplete="username" defaultValue={email ?? ""} readOnly={email !== null} />}
      </Field>
      <Field label={t("name")} error={errors.at("name")}>
        {(ids) => <Input {...ids} name="name" autoComplete="name" />}
      </Field>
      <Field label={t("newPassword")} hint={t("passwordHint")} error={errors.at("password")}>
        {(ids) => <Input {...ids} name="password" type="password" autoComplete="new-password" />}
      </Field>
      <Button type="submit" look="solid" className="h-9!" isBusy={register.isPending}>
        {t("register")}
      </Button>
    </form>
  );
}
