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

const limits = ["pods", "cpus", "memoryMb"] as const;

export function NewTenant({ open, onClose }: { open: boolean; onClose(): void }) {
  const t = useTranslations("tenants");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const create = useAct({
    run: (form: FormData) => {
      const given = limits.map((limit) => [limit, String(form.get(limit) ?? "").trim()] as const).filter(([, text]) => text !== "");
      return api.tenants.create({
        name: String(form.get("name") ?? "").trim(),
        quota: Object.fromEntries(given.map(([limit, text]) => [limit, Number(text)])),
      });
    },
    done: ({ name }) => t("createdOne", { name }),
    onDone() {
      void client.invalidateQueries({ queryKey: ["tenants"] });
      onClose();
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    create.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog open={open} onOpenChange={onClose} title={t("newTitle")} description={t("newText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("name")} hint={t("nameHint")} error={errors.at("name")} required>
          {(ids) => <Input {...ids} name="name" autoComplete="off" spellCheck={false} autoFocus />}
        </Field>
        <div className="grid grid-cols-3 gap-3">
          {limits.map((limit) => (
            <Field key={limit} label={t(`limit.${limit}`)} error={errors.at(`quota.${limit}`)}>
              {(ids) => <Input {...ids} name={limit} inputMode="decimal" placeholder={t("noLimit")} />}
            </Field>
          ))}
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
