"use client";
import type { AddAlertRuleRequest, AlertRuleView } from "@agentpod/core/api/alert-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import { alertQueries, type Owner } from "./alert-queries.ts";
import { kindsFor, podKinds, thresholdOf } from "./alert-words.ts";
import { LogFields } from "./log-fields.tsx";
import { ruleOf } from "./rule-of.ts";

interface RuleFormProps {
  owner: Owner;
  /** The one to change; null: a new one. Name and kind of a rule stay. */
  rule: AlertRuleView | null;
  onClose(): void;
}

export function RuleForm({ owner, rule, onClose }: RuleFormProps) {
  const t = useTranslations("alerts");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const [kind, setKind] = useState<AlertRuleView["kind"]>(rule?.kind ?? "unhealthy");
  const { data: channels = [] } = useQuery(alertQueries.channels(owner));
  const { data: pods = [] } = useQuery(queries.pods());
  const names = new Set(pods.filter((pod) => owner === null || pod.tenant === owner).map(({ name }) => name));
  if (rule?.pod) names.add(rule.pod);
  const unit = thresholdOf[kind];
  const save = useAct({
    run: ({ name, kind: _, ...values }: AddAlertRuleRequest) =>
      rule === null
        ? api.alerts.addRule(owner, { name, kind: kind as AddAlertRuleRequest["kind"], ...values })
        : api.alerts.changeRule(owner, rule.name, values),
    done: ({ name }) => t(rule === null ? "ruleAdded" : "ruleChanged", { name }),
    onDone() {
      void client.invalidateQueries({ queryKey: ["alert-rules", owner] });
      onClose();
    },
    onError: errors.take,
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    save.mutate(ruleOf(new FormData(event.currentTarget), kind));
  };
  return (
    <Dialog open onOpenChange={onClose} title={rule === null ? t("addRule") : t("editRuleTitle", { name: rule.name })}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        {rule === null && (
          <Field label={t("ruleName")} hint={t("nameHint")} error={errors.at("name")} required>
            {(ids) => <Input {...ids} name="name" autoComplete="off" spellCheck={false} autoFocus />}
          </Field>
        )}
        <Field label={t("looksFor")} hint={t(`explain.${kind}`)} error={errors.at("kind")}>
          {(ids) => (
            <Select
              {...ids}
              value={kind}
              disabled={rule !== null}
              onChange={(event) => setKind(event.target.value as AlertRuleView["kind"])}
            >
              {(rule === null ? kindsFor(owner) : [rule.kind]).map((one) => (
                <option key={one} value={one}>
                  {t(`kinds.${one}`)}
                </option>
              ))}
            </Select>
          )}
        </Field>
        {podKinds.includes(kind) && (
          <Field label={t("pod")} error={errors.at("pod")}>
            {(ids) => (
              <Select {...ids} name="pod" defaultValue={rule?.pod ?? ""} key={[...names].join()}>
                <option value="">{t("allPods")}</option>
                {[...names].sort().map((name) => (
                  <option key={name}>{name}</option>
                ))}
              </Select>
            )}
          </Field>
        )}
        {kind === "log" && <LogFields rule={rule} errorAt={errors.at} />}
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          {unit !== undefined && (
            <Field label={t(`thresholds.${unit}`)} hint={t("emptyIs", { usual: t(`usual.${unit}`) })} error={errors.at("threshold")}>
              {(ids) => <Input {...ids} name="threshold" inputMode="decimal" autoComplete="off" defaultValue={rule?.threshold ?? ""} />}
            </Field>
          )}
          <Field label={t("forMinutes")} hint={t("forMinutesHint")} error={errors.at("forSeconds")}>
            {(ids) => (
              <Input
                {...ids}
                name="minutes"
                inputMode="decimal"
                autoComplete="off"
                defaultValue={rule === null ? "5" : String(rule.forSeconds / 60)}
              />
            )}
          </Field>
        </div>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 font-medium text-[13px]">{t("tells")}</legend>
          {channels.length === 0 && <p className="text-[13px] text-soft">{t("noChannelsYet")}</p>}
          {channels.map(({ id, name, target }) => (
            <label key={id} className="flex items-center gap-2.5 text-sm">
              <input
                type="checkbox"
                name="channels"
                value={name}
                defaultChecked={rule?.channels.includes(name)}
                className="size-4 accent-ink"
              />
              {name} <span className="truncate text-soft">{target}</span>
            </label>
          ))}
          {channels.length > 0 && <p className="text-[13px] text-soft">{t("noneIsAll")}</p>}
        </fieldset>
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={save.isPending}>
            {rule === null ? t("addRule") : t("save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
