"use client";
import { type AppError, toAppError } from "@agentpod/core/errors";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../api/client.ts";
import { useSaid } from "../i18n/said.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Outside } from "./outside.tsx";

/** The second step of signing in: six digits of an authenticator, or a backup code. */
export function SecondFactor({ challenge, onDone }: { challenge: string; onDone(): void }) {
  const t = useTranslations("session");
  const said = useSaid();
  const [error, setError] = useState<AppError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code")).trim();
    setBusy(true);
    setError(null);
    try {
      await api.login.secondFactor({ challenge, code, kind: /^\d{6}$/.test(code) ? "totp" : "backup" });
      onDone();
    } catch (thrown) {
      setError(toAppError(thrown));
    }
    setBusy(false);
  };
  return (
    <Outside title={t("codeTitle")} text={t("codeHint")}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label={t("code")}>{(ids) => <Input {...ids} name="code" autoComplete="one-time-code" required autoFocus />}</Field>
        {error && (
          <p role="alert" className="font-medium text-sm">
            {error.code === "unauthenticated" ? t("wrongCode") : said(error.message)}
          </p>
        )}
        <Button type="submit" look="solid" isBusy={isBusy} className="h-9!">
          {t("verify")}
        </Button>
      </form>
    </Outside>
  );
}
