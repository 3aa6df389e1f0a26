"use client";
import type { CleanUpPolicy } from "@agentpod/core/clean-up";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useSettingsForm } from "../../inputs/use-settings-form.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { type PolicyField, policyFields, policyOf } from "./policy-of.ts";

/** What is kept, how much room caches take, what has to be free, and how often it is cleaned up. */
export function PolicyForm({ policy }: { policy: CleanUpPolicy }) {
  const t = useTranslations("cleanUp");
  const form = useSettingsForm({
    bodyOf: policyOf,
    set: (next) => api.cleanUps.setPolicy(next),
    saved: t("saved"),
    queryKey: "clean-up",
  });
  const emptyMeans: Partial<Record<PolicyField, string>> = { buildCacheMb: t("noLimit"), everyHours: t("never") };
  const field = (name: PolicyField, none?: string) => (
    <Field key={name} label={t(`fields.${name}`)} hint={t(`hints.${name}`)} error={form.errors.at(name)} required={none === undefined}>
      {(ids) => (
        <Input
          {...ids}
          name={name}
          inputMode="numeric"
          autoComplete="off"
          defaultValue={policy[name] ?? ""}
          placeholder={none}
          readOnly={form.why !== null}
        />
      )}
    </Field>
  );
  return (
    <form onSubmit={form.submit} noValidate className="flex flex-col gap-5">
      <p className="text-soft text-sm">{t("policyText")}</p>
      <div className="grid gap-5 sm:grid-cols-2">{policyFields.map((name) => field(name, emptyMeans[name]))}</div>
      <div>
        <Button type="submit" look="solid" why={form.why} isBusy={form.save.isPending}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}
