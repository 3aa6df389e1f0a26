"use client";
import type { BackupStatus, SetBackupSettingsRequest } from "@agentpod/core/api/backup-view";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { At } from "../../i18n/time.tsx";
import { typedNumber, typedNumberOrNull } from "../../inputs/typed-number.ts";
import { useSettingsForm } from "../../inputs/use-settings-form.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

/** How often one is made by itself, how many are kept, and the passphrase of the key in them. */
export function BackupSettingsForm({ settings, nextAt }: { settings: BackupStatus["settings"]; nextAt: string | null }) {
  const t = useTranslations("backups");
  const form = useSettingsForm({
    bodyOf(typed): SetBackupSettingsRequest {
      const passphrase = typed("passphrase");
      return {
        everyHours: typedNumberOrNull(typed("everyHours")),
        keep: typedNumber(typed("keep")),
        ...(passphrase !== "" && { passphrase }),
      };
    },
    set: (next) => api.backups.setSettings(next),
    saved: t("saved"),
    queryKey: "backups",
  });
  return (
    <form onSubmit={form.submit} noValidate className="flex max-w-xl flex-col gap-4">
      <p className="text-soft text-sm">{nextAt === null ? t("offText") : t("onText")}</p>
      <Field label={t("everyHours")} hint={t("everyHoursHint")} error={form.errors.at("everyHours")}>
        {(ids) => (
          <Input
            {...ids}
            name="everyHours"
            inputMode="numeric"
            defaultValue={settings.everyHours ?? ""}
            placeholder={t("never")}
            readOnly={form.why !== null}
          />
        )}
      </Field>
      <Field label={t("keep")} hint={t("keepHint")} error={form.errors.at("keep")} required>
        {(ids) => <Input {...ids} name="keep" inputMode="numeric" defaultValue={settings.keep} readOnly={form.why !== null} />}
      </Field>
      <Field
        label={t("passphrase")}
        hint={t(settings.hasPassphrase ? "passphraseSet" : "passphraseHint")}
        error={form.errors.at("passphrase")}
      >
        {(ids) => (
          <Input
            {...ids}
            name="passphrase"
            type="password"
            autoComplete="new-password"
            placeholder={settings.hasPassphrase ? t("unchanged") : ""}
            readOnly={form.why !== null}
          />
        )}
      </Field>
      {nextAt !== null && (
        <p className="text-[13px] text-soft">
          {t("next")} <At at={nextAt} />
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="solid" why={form.why} isBusy={form.save.isPending}>
          {t("save")}
        </Button>
        {settings.hasPassphrase && (
          <Button
            why={form.why}
            onClick={() => form.save.mutate({ everyHours: settings.everyHours, keep: settings.keep, passphrase: null })}
          >
            {t("forgetPassphrase")}
          </Button>
        )}
      </div>
    </form>
  );
}
