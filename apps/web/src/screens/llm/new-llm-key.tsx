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

/** A key for whatever is no pod: a program of the tenant's. */
export function NewLlmKey({ tenant, onClose, onMade }: { tenant: string; onClose(): void; onMade(secret: string): void }) {
  const t = useTranslations("llm");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const add = useAct({
    run: (name: string) => api.llmKeys.add(tenant, name),
    onDone({ key }) {
      void client.invalidateQueries({ queryKey: ["llm", "keys"] });
      onClose();
      onMade(key);
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    add.mutate(String(new FormData(event.currentTarget).get("name") ?? "").trim());
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("addKey")} description={t("addKeyText", { tenant })}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("name")} hint={t("keyNameHint")} error={errors.at("name")} required>
          {(ids) => <Input {...ids} name="name" autoComplete="off" spellCheck={false} autoFocus />}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={add.isPending}>
            {t("addKey")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
