"use client";
import type { BackupStatus, SetBackupSettingsRequest } from "@agentpod/core/api/backup-view";
import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { At } from "../../i18n/time.tsx";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";

/** How often one is made by itself, how many are kept, and the passphrase of the key in them. */
export function BackupSettingsForm({ settings, nextAt }: { settings: BackupStatus["settings"]; nextAt: string | null }) {
  const t = useTranslations("backups");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const why = useMay()("platform.settings");
  const save = useAct({
    run: (next: SetBackupSettingsRequest) => api.backups.setSettings(next),
    done: () => t("saved"),
    onDone: () => void client.invalidateQueries({ queryKey: ["backups"] }),
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (why !== null) return;
    errors.clear();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? "").trim();
    const passphrase = String(form.get("passphrase") ?? "");
    save.mutate({
      everyHours: text("everyHours") === "" ? null : Number(text("everyHours")),
      keep: text("keep") === "" ? Number.NaN : Number(text("keep")),
      ...(passphrase !== "" && { passphrase }),
    });
  };
  return (
    <form onSubmit={submit} noValidate className="flex max-w-xl flex-col gap-4">
      <p className="text-soft text-sm">{nextAt === null ? t("offText") : t("onText")}</p>
      <Field label={t("everyHours")} hint={t("everyHoursHint")} error={errors.at("everyHours")}>
        {(ids) => (
          <Input
            {...ids}
            name="everyHours"
            inputMode="numeric"
            defaultValue={settings.everyHours ?? ""}
            placeholder={t("never")}
            readOnly={why !== null}
          />
        )}
      </Field>
      <Field label={t("keep")} hint={t("keepHint")} error={errors.at("keep")} required>
        {(ids) => <Input {...ids} name="keep" inputMode="numeric" defaultValue={settings.keep} readOnly={why !== null} />}
      </Field>
      <Field label={t("passphrase")} hint={t(settings.hasPassphrase ? "passphraseSet" : "passphraseHint")} error={errors.at("passphrase")}>
        {(ids) => (
          <Input
            {...ids}
            name="passphrase"
            type="password"
            autoComplete="new-password"
            placeholder={settings.hasPassphrase ? t("unchanged") : ""}
            readOnly={why !== null}
          />
        )}
      </Field>
      {nextAt !== null && (
        <p className="text-[13px] text-soft">
          {t("next")} <At at={nextAt} />
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" look="solid" why={why} isBusy={save.isPending}>
          {t("save")}
        </Button>
        {settings.hasPassphrase && (
          <Button why={why} onClick={() => save.mutate({ everyHours: settings.everyHours, keep: settings.keep, passphrase: null })}>
            {t("forgetPassphrase")}
          </Button>
        )}
      </div>
    </form>
  );
}
