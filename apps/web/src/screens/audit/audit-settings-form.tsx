"use client";
import type { AuditSettings } from "@agentpod/core/api/audit-view";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { typedNumber, typedNumberOrNull } from "../../inputs/typed-number.ts";
import { useSettingsForm } from "../../inputs/use-settings-form.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

/** When entries are archived by themselves, and where the chain's head is told. */
export function AuditSettingsForm({ settings }: { settings: AuditSettings }) {
  const t = useTranslations("audit.chain");
  const form = useSettingsForm({
    bodyOf(typed): AuditSettings {
      const text = (name: string): string => typed(name).trim();
      return {
        archiveAfterDays: typedNumberOrNull(typed("archiveAfterDays")),
        headWebhook: text("headWebhook") === "" ? null : text("headWebhook"),
        headEvery: typedNumber(typed("headEvery")),
      };
    },
    set: (settings) => api.audit.setSettings(settings),
    saved: t("saved"),
    queryKey: "audit-status",
  });
  return (
    <form onSubmit={form.submit} noValidate className="flex max-w-xl flex-col gap-4">
      <Field label={t("archiveAfter")} hint={t("archiveAfterHint")} error={form.errors.at("archiveAfterDays")}>
        {(ids) => (
          <Input
            {...ids}
            name="archiveAfterDays"
            inputMode="numeric"
            defaultValue={settings.archiveAfterDays ?? ""}
            placeholder={t("never")}
            readOnly={form.why !== null}
          />
        )}
      </Field>
      <Field label={t("headWebhook")} hint={t("headWebhookHint")} error={form.errors.at("headWebhook")}>
        {(ids) => (
          <Input
            {...ids}
            name="headWebhook"
            type="url"
            spellCheck={false}
            defaultValue={settings.headWebhook ?? ""}
            placeholder={t("nowhere")}
            readOnly={form.why !== null}
          />
        )}
      </Field>
      <Field label={t("headEvery")} hint={t("headEveryHint")} error={form.errors.at("headEvery")} required>
        {(ids) => <Input {...ids} name="headEvery" inputMode="numeric" defaultValue={settings.headEvery} readOnly={form.why !== null} />}
      </Field>
      <div>
        <Button type="submit" look="solid" why={form.why} isBusy={form.save.isPending}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}
