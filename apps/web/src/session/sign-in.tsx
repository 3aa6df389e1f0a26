"use client";
import { type AppError, toAppError } from "@agentpod/core/errors";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../api/client.ts";
import { queries } from "../api/queries.ts";
import { useAct } from "../api/use-act.ts";
import { useSaid } from "../i18n/said.ts";
import { Go } from "../routing/go.tsx";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Outside } from "./outside.tsx";
import { SecondFactor } from "./second-factor.tsx";

/** The way in. `onDone` is called once there is a session. */
export default function SignIn({ onDone }: { onDone(): void }) {
  const t = useTranslations("session");
  const said = useSaid();
  const [challenge, setChallenge] = useState<string | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const { data: options } = useQuery(queries.loginOptions());
  const [isBusy, setBusy] = useState(false);
  const signOn = useAct({
    run: (provider: string) => api.login.signOn(provider, window.location.pathname),
    onDone: ({ url }) => window.location.assign(url),
  });
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      const answer = await api.login.password({ email: String(form.get("email")), password: String(form.get("password")) });
      if (answer.challenge === null) onDone();
      else setChallenge(answer.challenge);
    } catch (thrown) {
      setError(toAppError(thrown));
    }
    setBusy(false);
  };
  if (challenge !== null) return <SecondFactor challenge={challenge} onDone={onDone} />;
  return (
    <Outside title={t("title")} text={t("hint")}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
        <Field label={t("email")}>{(ids) => <Input {...ids} name="email" type="email" autoComplete="username" required autoFocus />}</Field>
        <Field label={t("password")}>
          {(ids) => <Input {...ids} name="password" type="password" autoComplete="current-password" required />}
        </Field>
        {error && (
          <p role="alert" className="font-medium text-sm">
            {error.code === "unauthenticated" ? t("wrongPassword") : said(error.message)}
          </p>
        )}
        <Button type="submit" look="solid" isBusy={isBusy} className="h-9!">
          {t("signIn")}
        </Button>
      </form>
      {options?.signOn.map(({ id, name }) => (
        <Button key={id} className="h-9!" isBusy={signOn.isPending} onClick={() => signOn.mutate(id)}>
          {t("signOnWith", { name })}
        </Button>
      ))}
      {(options?.registration || options?.guests) && (
        <ul className="flex flex-wrap gap-x-5 gap-y-2 text-sm">
          {options.registration && (
            <li>
              <Go href="/register" className="underline underline-offset-4">
                {t("register")}
              </Go>
            </li>
          )}
          {options.guests && (
            <li>
              <Go href="/guest" className="underline underline-offset-4">
                {t("tryAsGuest")}
              </Go>
            </li>
          )}
        </ul>
      )}
    </Outside>
  );
}
