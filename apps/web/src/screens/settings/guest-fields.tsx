"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { useLocalized } from "../../i18n/localized.ts";
import type { FieldErrors } from "../../inputs/field-errors.ts";
import { Go } from "../../routing/go.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import type { GuestDraft } from "./guest-draft.ts";

/** What visitors may deploy, where to, and for how long. */
export function GuestFields({ guests, errors, onChange }: { guests: GuestDraft; errors: FieldErrors; onChange(guests: GuestDraft): void }) {
  const t = useTranslations("settings");
  const localized = useLocalized();
  const { data: tenants = [] } = useQuery(queries.tenants());
  const { data: templates = [] } = useQuery(queries.templates());
  const offered = templates.filter((one) => one.tenantId === null);
  const tick = (name: string, isTicked: boolean): void =>
    onChange({ ...guests, templates: isTicked ? [...guests.templates, name] : guests.templates.filter((one) => one !== name) });
  return (
    <>
      <Field
        label={t("guestTenant")}
        error={errors.at("guests.tenant")}
        required
        hint={t.rich("guestTenantHint", {
          link: (text) => (
            <Go href="/tenants?new=1" className="text-ink underline underline-offset-4">
              {text}
            </Go>
          ),
        })}
      >
        {(ids) => (
          <Select {...ids} value={guests.tenant} onChange={(event) => onChange({ ...guests, tenant: event.target.value })}>
            <option value="">{t("choose")}</option>
            {tenants.map(({ id, name, quota }) => (
              // Without a limit, strangers could fill the machine.
              <option key={id} value={name} disabled={quota.pods === undefined}>
                {quota.pods === undefined ? t("tenantWithoutQuota", { name }) : t("tenantWithQuota", { name, pods: quota.pods })}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <fieldset className="min-w-0">
        <legend className="mb-2 font-medium text-[13px]">{t("guestTemplates")}</legend>
        <div className="grid gap-3 sm:grid-cols-2">
          {offered.map(({ id, name, template }) => (
            <Choice
              key={id}
              label={localized(template.title)}
              hint={name}
              checked={guests.templates.includes(name)}
              onChange={(isTicked) => tick(name, isTicked)}
            />
          ))}
        </div>
        {errors.at("guests.templates") && (
          <p role="alert" className="mt-2 font-medium text-[13px]">
            {errors.at("guests.templates")}
          </p>
        )}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("guestMinutes")} hint={t("guestMinutesHint")} error={errors.at("guests.ttlSeconds")} required>
          {(ids) => (
            <Input
              {...ids}
              inputMode="numeric"
              value={guests.minutes}
              onChange={(event) => onChange({ ...guests, minutes: event.target.value })}
            />
          )}
        </Field>
        <Field label={t("guestPerHour")} hint={t("guestPerHourHint")} error={errors.at("guests.perHour")} required>
          {(ids) => (
            <Input
              {...ids}
              inputMode="numeric"
              value={guests.perHour}
              onChange={(event) => onChange({ ...guests, perHour: event.target.value })}
            />
          )}
        </Field>
      </div>
    </>
  );
}
