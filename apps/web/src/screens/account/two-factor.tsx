"use client";
import type { TwoFactorSetup } from "@agentpod/core/api/account-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Command } from "../../ui/command.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { QrCode } from "./qr-code.tsx";

/** A second factor beside the password: begun with the password, in force with its first code. */
export function TwoFactor({ isOn }: { isOn: boolean }) {
  const t = useTranslations("account");
  const client = useQueryClient();
  const [setup, setSetup] = useState<TwoFactorSetup | null>(null);
  const refresh = (): void => void client.invalidateQueries({ queryKey: ["whoami"] });
  const begin = useAct({
    run: async (password: string) =>
      isOn ? void (await api.account.disableTwoFactor(password)) : setSetup(await api.account.setUpTwoFactor(password)),
    onDone: refresh,
  });
  const confirm = useAct({
    run: (code: string) => api.account.confirmTwoFactor(code),
    done: () => t("twoFactorOn"),
    onDone() {
      setSetup(null);
      refresh();
    },
  });
  const submit = (use: (value: string) => void) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    use(String(new FormData(event.currentTarget).get("value")).trim());
  };
  return (
    <Card title={t("twoFactor")}>
      {setup === null ? (
        <form onSubmit={submit((password) => begin.mutate(password))} className="flex flex-col gap-4">
          <p className="text-soft text-sm">{isOn ? t("twoFactorIsOn") : t("twoFactorIsOff")}</p>
          <div className="max-w-sm">
            <Field label={t("currentPassword")}>
              {(ids) => <Input {...ids} name="value" type="password" autoComplete="current-password" required />}
            </Field>
          </div>
          <div>
            <Button type="submit" isBusy={begin.isPending}>
              {isOn ? t("turnOff") : t("turnOn")}
            </Button>
          </div>
        </form>
      ) : (
        <form onSubmit={submit((code) => confirm.mutate(code))} className="flex flex-col gap-4">
          <p className="text-sm">{t("scan")}</p>
          <QrCode text={setup.uri} label={t("qrCode")} />
          <Command text={setup.uri} />
          <p className="text-sm">{t("backupCodes")}</p>
          <Command text={setup.backupCodes.join(" ")} />
          <div className="max-w-sm">
            <Field label={t("firstCode")}>
              {(ids) => <Input {...ids} name="value" inputMode="numeric" autoComplete="one-time-code" required />}
            </Field>
          </div>
          <div>
            <Button type="submit" look="solid" isBusy={confirm.isPending}>
              {t("confirm")}
            </Button>
          </div>
        </form>
      )}
    </Card>
  );
}
