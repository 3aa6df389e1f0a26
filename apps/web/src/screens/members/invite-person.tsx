"use client";
import { type TenantRole, tenantRoles } from "@agentpod/core/permission";
import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";

interface InviteProps {
  tenant: string;
  onClose(): void;
  onLink(link: string): void;
}

export function InvitePerson({ tenant, onClose, onLink }: InviteProps) {
  const t = useTranslations("members");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const notOwner = useMay()("member.owner", tenant) !== null;
  const invite = useAct({
    run: (form: FormData) => {
      const email = String(form.get("email")).trim();
      return api.invitations.create(tenant, { role: form.get("role") as TenantRole, ...(email === "" ? {} : { email }) });
    },
    onDone({ link }) {
      void client.invalidateQueries({ queryKey: ["invitations", tenant] });
      onLink(link.link);
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    invite.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("inviteTitle", { tenant })} description={t("inviteText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("email")} hint={t("emailHint")} error={errors.at("email")}>
          {(ids) => <Input {...ids} name="email" type="email" autoComplete="off" autoFocus />}
        </Field>
        <Field label={t("role")} error={errors.at("role")}>
          {(ids) => (
            <Select {...ids} name="role" defaultValue="operator">
              {tenantRoles.map((role) => (
                <option key={role} value={role} disabled={role === "owner" && notOwner}>
                  {t(`roles.${role}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={invite.isPending}>
            {t("invite")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
