"use client";
import type { PodRouteView } from "@agentpod/core/api/pod-route-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { type FormEvent, type ReactNode, useState } from "react";
import { useTranslations } from "use-intl";
import { useFieldErrors } from "../../../inputs/field-errors.ts";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input, Select, Textarea } from "../../../ui/input.tsx";
import { changesOf, fieldsOf, type PolicyFields } from "./policy-fields.ts";
import { usePatchRoute } from "./use-patch-route.ts";

/** The policies that most routes need; the CLI and the API have all of them. */
export function PoliciesForm({ pod, route }: { pod: PodView; route: PodRouteView }) {
  const t = useTranslations("policies");
  const mayNot = useMay();
  const errors = useFieldErrors();
  const [before] = useState(() => fieldsOf(route.policies));
  const [fields, setFields] = useState(before);
  const patch = usePatchRoute(pod, route, { done: () => t("saved"), onError: errors.take });
  const set = (change: Partial<PolicyFields>): void => setFields({ ...fields, ...change });
  const policies = changesOf(before, fields, route.policies);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    patch.mutate({ policies });
  };
  const others = errors.others([]);
  return (
    <details className="border-t" open={Object.keys(policies).length > 0 || undefined}>
      <summary className="px-4 py-2.5 text-sm hover:bg-hover">{t("title")}</summary>
      <form onSubmit={submit} noValidate className="flex flex-col gap-5 border-t p-4">
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t("https")} hint={t(`httpsHint.${fields.https}`)}>
            {(ids) => (
              <Select {...ids} value={fields.https} onChange={(event) => set({ https: event.target.value as PolicyFields["https"] })}>
                {(["auto", "redirect", "both"] as const).map((one) => (
                  <option key={one} value={one}>
                    {t(`httpsChoice.${one}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("maxBody")} hint={t("maxBodyHint")}>
            {(ids) => (
              <Input {...ids} inputMode="decimal" value={fields.maxBodyMb} onChange={(event) => set({ maxBodyMb: event.target.value })} />
            )}
          </Field>
          <Field label={t("rate")} hint={t("rateHint")}>
            {(ids) => (
              <span className="flex items-center gap-2">
                <Input {...ids} inputMode="numeric" value={fields.rate} onChange={(event) => set({ rate: event.target.value })} />
                <span className="whitespace-nowrap text-sm">{t("per")}</span>
                <Input
                  aria-label={t("perSeconds")}
                  inputMode="numeric"
                  value={fields.ratePer}
                  onChange={(event) => set({ ratePer: event.target.value })}
                  className="w-20!"
                />
                <span className="text-sm">{t("seconds")}</span>
              </span>
            )}
          </Field>
          <div className="grid grid-cols-2 gap-3">
            <Field label={t("user")}>
              {(ids) => <Input {...ids} autoComplete="off" value={fields.user} onChange={(event) => set({ user: event.target.value })} />}
            </Field>
            <Field label={t("password")}>
              {(ids) => (
                <Input
                  {...ids}
                  type="password"
                  autoComplete="new-password"
                  placeholder={before.user === "" ? undefined : "••••••••"}
                  value={fields.password}
                  onChange={(event) => set({ password: event.target.value })}
                />
              )}
            </Field>
          </div>
          <Field label={t("allow")} hint={t("allowHint")}>
            {(ids) => <Textarea {...ids} rows={2} value={fields.allow} onChange={(event) => set({ allow: event.target.value })} />}
          </Field>
          <Field label={t("deny")} hint={t("denyHint")}>
            {(ids) => <Textarea {...ids} rows={2} value={fields.deny} onChange={(event) => set({ deny: event.target.value })} />}
          </Field>
        </div>
        <div className="flex flex-col gap-3">
          <Tick checked={fields.compress} onChange={(compress) => set({ compress })}>
            {t("compress")}
          </Tick>
          <Tick checked={fields.maintenance} onChange={(maintenance) => set({ maintenance })}>
            {t("maintenance")}
          </Tick>
          {fields.maintenance && (
            <Input
              aria-label={t("maintenanceMessage")}
              placeholder={t("maintenanceMessage")}
              value={fields.maintenanceMessage}
              onChange={(event) => set({ maintenanceMessage: event.target.value })}
            />
          )}
        </div>
        {others.length > 0 && (
          <p role="alert" className="break-words font-medium text-sm">
            {others.join(" · ")}
          </p>
        )}
        <div>
          <Button
            type="submit"
            look="solid"
            why={mayNot("pod.write", pod.tenant)}
            disabled={Object.keys(policies).length === 0}
            isBusy={patch.isPending}
          >
            {t("save")}
          </Button>
        </div>
      </form>
    </details>
  );
}

function Tick({ checked, onChange, children }: { checked: boolean; onChange(checked: boolean): void; children: ReactNode }) {
  return (
    <label className="flex items-center gap-2.5 text-sm">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} className="size-4 accent-ink" />
      {children}
    </label>
  );
}
