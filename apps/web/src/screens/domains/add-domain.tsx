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

export function AddDomain({ tenant, open, onClose }: { tenant: string; open: boolean; onClose(): void }) {
  const t = useTranslations("domains");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const add = useAct({
    run: (name: string) => api.domains.add(tenant, name),
    onDone() {
      void client.invalidateQueries({ queryKey: ["domains", tenant] });
      onClose();
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    add.mutate(String(new FormData(event.currentTarget).get("name") ?? "").trim());
  };
  return (
    <Dialog open={open} onOpenChange={onClose} title={t("addTitle", { tenant })} description={t("addText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("name")} error={errors.at("name")} required>
          {(ids) => <Input {...ids} name="name" placeholder="example.com" autoComplete="off" spellCheck={false} autoFocus />}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={add.isPending}>
            {t("add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
