"use client";
import type { AuditSettings } from "@agentpod/core/api/audit-view";
import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

/** When entries are archived by themselves, and where the chain's head is told. */
export function AuditSettingsForm({ settings }: { settings: AuditSettings }) {
  const t = useTranslations("audit.chain");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const why = useMay()("platform.settings");
  const save = useAct({
    run: (next: AuditSettings) => api.audit.setSettings(next),
    done: () => t("saved"),
    onDone: () => void client.invalidateQueries({ queryKey: ["audit-status"] }),
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (why !== null) return;
    errors.clear();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? "").trim();
    save.mutate({
      archiveAfterDays: text("archiveAfterDays") === "" ? null : Number(text("archiveAfterDays")),
      headWebhook: text("headWebhook") === "" ? null : text("headWebhook"),
      headEvery: text("headEvery") === "" ? Number.NaN : Number(text("headEvery")),
    });
  };
  return (
    <form onSubmit={submit} noValidate className="flex max-w-xl flex-col gap-4">
      <Field label={t("archiveAfter")} hint={t("archiveAfterHint")} error={errors.at("archiveAfterDays")}>
        {(ids) => (
          <Input
            {...ids}
            name="archiveAfterDays"
            inputMode="numeric"
            defaultValue={settings.archiveAfterDays ?? ""}
            placeholder={t("never")}
            readOnly={why !== null}
          />
        )}
      </Field>
      <Field label={t("headWebhook")} hint={t("headWebhookHint")} error={errors.at("headWebhook")}>
        {(ids) => (
          <Input
            {...ids}
            name="headWebhook"
            type="url"
            spellCheck={false}
            defaultValue={settings.headWebhook ?? ""}
            placeholder={t("nowhere")}
            readOnly={why !== null}
          />
        )}
      </Field>
      <Field label={t("headEvery")} hint={t("headEveryHint")} error={errors.at("headEvery")} required>
        {(ids) => <Input {...ids} name="headEvery" inputMode="numeric" defaultValue={settings.headEvery} readOnly={why !== null} />}
      </Field>
      <div>
        <Button type="submit" look="solid" why={why} isBusy={save.isPending}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}
