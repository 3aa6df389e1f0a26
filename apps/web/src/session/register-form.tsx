"use client";
import type { RegisterRequest } from "@agentpod/core/api/account-view";
import type { FormEvent } from "react";
import { useTranslations } from "use-intl";
import { useAct } from "../api/use-act.ts";
import { useFieldErrors } from "../inputs/field-errors.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";

interface RegisterProps {
  /** The account is for this address alone; null: for any. */
  email: string | null;
  action: string;
  register(account: RegisterRequest): Promise<unknown>;
  onDone(): void;
}

/** For somebody without an account. */
export function RegisterForm({ email, action, register, onDone }: RegisterProps) {
  const t = useTranslations("links");
  const errors = useFieldErrors();
  const act = useAct({ run: register, onDone, onError: errors.take });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name));
    act.mutate({ email: email ?? text("email").trim(), name: text("name").trim(), password: text("password") });
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
      <Button type="submit" look="solid" className="h-9!" isBusy={act.isPending}>
        {action}
      </Button>
    </form>
  );
}
