"use client";
import type { AccessSettings } from "@agentpod/core/api/access-settings-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Choice } from "../../ui/choice.tsx";
import { firstGuests, type GuestDraft, guestsOf } from "./guest-draft.ts";
import { GuestFields } from "./guest-fields.tsx";

const registrations = ["closed", "sign-on", "open"] as const;

export function AccessForm({ settings }: { settings: AccessSettings }) {
  const t = useTranslations("settings");
  const client = useQueryClient();
  const mayNot = useMay();
  const errors = useFieldErrors();
  const [registration, setRegistration] = useState(settings.registration);
  const [guests, setGuests] = useState<GuestDraft | null>(settings.guests && firstGuests(settings.guests));
  const save = useAct({
    run: () => api.access.set({ registration, guests: guests && guestsOf(guests) }),
    done: () => t("saved"),
    onDone(now) {
      client.setQueryData(["access-settings"], now);
      void client.invalidateQueries({ queryKey: ["login-options"] });
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <Card title={t("registration")}>
        <fieldset className="flex flex-col gap-3">
          <legend className="sr-only">{t("registration")}</legend>
          {registrations.map((one) => (
            <Choice
              key={one}
              group="registration"
              label={t(`registrations.${one}.name`)}
              hint={t(`registrations.${one}.hint`)}
              checked={registration === one}
              onChange={() => setRegistration(one)}
            />
          ))}
        </fieldset>
      </Card>
      <Card title={t("guests")}>
        <div className="flex flex-col gap-5">
          <Choice
            label={t("guestsAllowed")}
            hint={t("guestsHint")}
            checked={guests !== null}
            onChange={(isAllowed) => setGuests(isAllowed ? firstGuests(settings.guests) : null)}
          />
          {guests !== null && <GuestFields guests={guests} errors={errors} onChange={setGuests} />}
        </div>
      </Card>
      <div>
        <Button type="submit" look="solid" why={mayNot("platform.settings")} isBusy={save.isPending}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}
