"use client";
import type { CreateTokenRequest } from "@agentpod/core/api/token-view";
import { roles } from "@agentpod/core/permission";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { useHeld } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Command } from "../../ui/command.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";

const roleNames = ["viewer", "operator", "admin", "platform"] as const;

interface NewTokenProps {
  /** What is filled in at first; absent: nothing. */
  preset?: { name: string; tenant: string };
  onClose(): void;
}

/** Asks for a token's name and reach; then shows its secret, this once. */
export function NewToken({ preset, onClose }: NewTokenProps) {
  const t = useTranslations("tokens");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const { data: tenants = [] } = useQuery(queries.tenants());
  const held = useHeld();
  const [scope, setScope] = useState(preset?.tenant ?? "");
  // A token never may more than who makes it, and nothing of the platform within a tenant.
  const canGive = (role: (typeof roleNames)[number]): boolean =>
    (scope === "" || role !== "platform") && roles[role].every((permission) => held(scope === "" ? undefined : scope).includes(permission));
  const create = useAct({
    run: (body: CreateTokenRequest) => api.tokens.create(body),
    onDone: () => void client.invalidateQueries({ queryKey: ["tokens"] }),
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? "").trim();
    create.mutate({
      name: text("name"),
      role: text("role") as (typeof roleNames)[number],
      ...(text("tenant") === "" ? {} : { tenant: text("tenant") }),
      ...(text("days") === "" ? {} : { days: Number(text("days")) }),
    });
  };
  if (create.data)
    return (
      <Dialog open onOpenChange={onClose} title={t("secretTitle")} description={t("secretText")}>
        <Command text={create.data.secret} />
        <div className="flex justify-end">
          <Button look="solid" onClick={onClose}>
            {t("done")}
          </Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog open onOpenChange={onClose} title={t("newTitle")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("name")} hint={t("nameHint")} error={errors.at("name")} required>
          {(ids) => <Input {...ids} name="name" defaultValue={preset?.name} autoComplete="off" spellCheck={false} autoFocus />}
        </Field>
        <Field label={t("role")} error={errors.at("role")}>
          {(ids) => (
            <Select {...ids} name="role" defaultValue={canGive("operator") ? "operator" : "viewer"}>
              {roleNames.map((role) => (
                <option key={role} value={role} disabled={!canGive(role)}>
                  {t(`roles.${role}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("scope")} error={errors.at("tenant")}>
            {(ids) => (
              <Select {...ids} name="tenant" value={scope} onChange={(event) => setScope(event.target.value)}>
                <option value="">{t("allTenants")}</option>
                {tenants.map((tenant) => (
                  <option key={tenant.id}>{tenant.name}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("days")} error={errors.at("days")}>
            {(ids) => <Input {...ids} name="days" inputMode="numeric" placeholder={t("never")} />}
          </Field>
        </div>
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={create.isPending}>
            {t("create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
