"use client";
import { alertLanguages, type ChannelKind, channelKinds } from "@agentpod/core/alert";
import { channelFields } from "@agentpod/core/alert-channel-fields";
import type { AddAlertChannelRequest } from "@agentpod/core/api/alert-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useMemo, useState } from "react";
import { useLocale, useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import type { Owner } from "./alert-queries.ts";
import { ConfigField } from "./config-field.tsx";
import { configOf } from "./config-of.ts";

/** A new channel: its kind says what it is given. */
export default function ChannelForm({ owner, onClose }: { owner: Owner; onClose(): void }) {
  const t = useTranslations("alerts");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const locale = useLocale();
  const [kind, setKind] = useState<ChannelKind>("webhook");
  const fields = useMemo(() => channelFields(kind), [kind]);
  const add = useAct({
    run: (body: AddAlertChannelRequest) => api.alerts.addChannel(owner, body),
    done: ({ name }) => t("channelAdded", { name }),
    onDone() {
      void client.invalidateQueries({ queryKey: ["alert-channels", owner] });
      onClose();
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    const form = new FormData(event.currentTarget);
    // The schema of the kind says what belongs in it, and the server checks it by the same.
    add.mutate({
      name: String(form.get("name")).trim(),
      kind,
      language: form.get("language"),
      config: configOf(fields, form),
    } as AddAlertChannelRequest);
  };
  // Items of a list have places of their own.
  const errorAt = (name: string) => errors.at(`config.${name}`) ?? errors.at(`config.${name}[0]`);
  const shown = ["name", "language", ...fields.flatMap(({ name }) => [`config.${name}`, `config.${name}[0]`])];
  return (
    <Dialog open onOpenChange={onClose} title={t("addChannel")} description={t("addChannelText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("channelKind")}>
          {(ids) => (
            <Select
              {...ids}
              value={kind}
              onChange={(event) => {
                errors.clear();
                setKind(event.target.value as ChannelKind);
              }}
            >
              {channelKinds.map((one) => (
                <option key={one} value={one}>
                  {t(`channelKinds.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={t("channelName")} hint={t("nameHint")} error={errors.at("name")} required>
          {(ids) => <Input {...ids} name="name" autoComplete="off" spellCheck={false} autoFocus />}
        </Field>
        {fields.map((field) => (
          <ConfigField key={`${kind} ${field.name}`} kind={kind} field={field} error={errorAt(field.name)} />
        ))}
        <Field label={t("language")} hint={t("languageHint")} error={errors.at("language")}>
          {(ids) => (
            <Select {...ids} name="language" defaultValue={locale}>
              {alertLanguages.map((one) => (
                <option key={one} value={one}>
                  {t(`languages.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {errors.others(shown).map((text) => (
          <p key={text} role="alert" className="font-medium text-[13px]">
            {text}
          </p>
        ))}
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={add.isPending}>
            {t("addChannel")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
