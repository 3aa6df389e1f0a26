"use client";
import type { SetCleanUpPolicyRequest } from "@agentpod/core/api/clean-up-view";
import type { CleanUpPolicy } from "@agentpod/core/clean-up";
import { useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { type PolicyField, policyFields, policyOf } from "./policy-of.ts";

/** What is kept, how much room caches take, what has to be free, and how often it is cleaned up. */
export function PolicyForm({ policy }: { policy: CleanUpPolicy }) {
  const t = useTranslations("cleanUp");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const why = useMay()("platform.settings");
  const save = useAct({
    run: (next: SetCleanUpPolicyRequest) => api.cleanUps.setPolicy(next),
    done: () => t("saved"),
    onDone: () => void client.invalidateQueries({ queryKey: ["clean-up"] }),
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (why !== null) return;
    errors.clear();
    const form = new FormData(event.currentTarget);
    save.mutate(policyOf((name) => String(form.get(name) ?? "")));
  };
  const emptyMeans: Partial<Record<PolicyField, string>> = { buildCacheMb: t("noLimit"), everyHours: t("never") };
  const field = (name: PolicyField, none?: string) => (
    <Field key={name} label={t(`fields.${name}`)} hint={t(`hints.${name}`)} error={errors.at(name)} required={none === undefined}>
      {(ids) => (
        <Input
          {...ids}
          name={name}
          inputMode="numeric"
          autoComplete="off"
          defaultValue={policy[name] ?? ""}
          placeholder={none}
          readOnly={why !== null}
        />
      )}
    </Field>
  );
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <p className="text-soft text-sm">{t("policyText")}</p>
      <div className="grid gap-5 sm:grid-cols-2">{policyFields.map((name) => field(name, emptyMeans[name]))}</div>
      <div>
        <Button type="submit" look="solid" why={why} isBusy={save.isPending}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}
