"use client";
import type { AgentPackageView } from "@agentpod/core/api/agent-package-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { toAppError } from "@agentpod/core/errors";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { showPod } from "../../api/refresh-pod.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { InputField } from "../../inputs/input-field.tsx";
import { type FieldValues, firstValues, inputsOf } from "../../inputs/input-values.ts";
import { OtherIssues } from "../../inputs/other-issues.tsx";
import { useMay } from "../../session/use-may.ts";
import { newTenantLink } from "../../tenants/new-tenant-link.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Command } from "../../ui/command.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import { useToast } from "../../ui/toast.tsx";
import { ModelFields } from "../agent-config/model-fields.tsx";
import { type Inputs, inputGroups } from "./input-groups.ts";

interface FormProps {
  view: AgentPackageView;
  /** Who may get one of this package. */
  tenants: string[];
  /** As in the address; may be empty. */
  tenant: string;
  onMade(pod: PodView): void;
}

/** What the package asks for, by what it is about; what the API finds wrong stands at its field. */
export function NewAgentForm({ view, tenants, tenant: wanted, onMade }: FormProps) {
  const t = useTranslations("newAgent");
  const client = useQueryClient();
  const toast = useToast();
  const mayNot = useMay();
  const errors = useFieldErrors();
  const [tenant, setTenant] = useState(wanted);
  const [name, setName] = useState("");
  const [values, setValues] = useState<FieldValues>(() => firstValues(view.inputs));
  const [budget, setBudget] = useState({ tokensPerDay: "", moneyPerMonth: "" });
  const owner = tenants.includes(tenant) ? tenant : (tenants[0] ?? "");
  const { own, model, channels, limits } = inputGroups(view.inputs);
  const create = useAct({
    async run() {
      const pod = await api.pods.create(owner, { name, template: view.name, inputs: inputsOf(view.inputs, values) });
      const limit = (text: string): number | null => (text.trim() === "" ? null : Number(text));
      const limits = { tokensPerDay: limit(budget.tokensPerDay), moneyPerMonth: limit(budget.moneyPerMonth) };
      // The agent is there; a budget that was refused is told, and set again on the page of models.
      if (limits.tokensPerDay !== null || limits.moneyPerMonth !== null)
        await api.llmBudgets.set(owner, name, limits).catch((thrown: unknown) => toast.fail(toAppError(thrown)));
      return pod;
    },
    onDone(pod) {
      showPod(client, pod);
      onMade(pod);
    },
    onError: (error) => errors.take(error),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    create.mutate();
  };
  if (tenants.length === 0) return <p className="text-sm text-soft">{t.rich("noTenant", { link: newTenantLink })}</p>;
  const set = (key: string, value: string | boolean): void => setValues((before) => ({ ...before, [key]: value }));
  const fields = (inputs: Inputs) =>
    Object.entries(inputs).map(([key, input]) => (
      <InputField
        key={key}
        name={key}
        input={input}
        value={values[key]}
        error={errors.at(`inputs.${key}`)}
        onChange={(value) => set(key, value)}
      />
    ));
  const others = errors.others(["name", ...Object.keys(view.inputs).map((input) => `inputs.${input}`)]);
  const whyNoBudget = mayNot("llm.write", owner);
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <Card title={t("who")}>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t("tenant")} required>
            {(ids) => (
              <Select {...ids} value={owner} onChange={(event) => setTenant(event.target.value)}>
                {tenants.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("name")} hint={t("nameHint")} error={errors.at("name")} required>
            {(ids) => (
              <Input {...ids} value={name} onChange={(event) => setName(event.target.value)} autoComplete="off" spellCheck={false} />
            )}
          </Field>
          {fields(own)}
        </div>
      </Card>
      <Card title={t("model")}>
        <ModelFields
          tenant={owner}
          inputs={model}
          values={values}
          stored={[]}
          errorAt={(key) => errors.at(`inputs.${key}`)}
          onChange={set}
        />
      </Card>
      {Object.keys(channels).length > 0 && (
        <Card title={t("channels")}>
          <div className="flex flex-col gap-4">
            <p className="text-soft text-sm">{t("channelsText")}</p>
            <div className="grid gap-5 sm:grid-cols-2">{fields(channels)}</div>
          </div>
        </Card>
      )}
      <Card title={t("limits")}>
        <div className="grid gap-5 sm:grid-cols-2">
          {fields(limits)}
          <Field label={t("tokensPerDay")} hint={whyNoBudget ?? t("tokensPerDayHint")}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="numeric"
                disabled={whyNoBudget !== null}
                value={budget.tokensPerDay}
                onChange={(event) => setBudget({ ...budget, tokensPerDay: event.target.value })}
              />
            )}
          </Field>
          <Field label={t("moneyPerMonth")} hint={whyNoBudget ?? t("moneyPerMonthHint")}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="decimal"
                disabled={whyNoBudget !== null}
                value={budget.moneyPerMonth}
                onChange={(event) => setBudget({ ...budget, moneyPerMonth: event.target.value })}
              />
            )}
          </Field>
        </div>
      </Card>
      <OtherIssues texts={others} />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" look="solid" isBusy={create.isPending} why={mayNot("pod.write", owner)}>
          {t("create")}
        </Button>
        <div className="min-w-0 flex-1 basis-72">
          <Command text={`./agentpod pod create ${owner}/${name || "agent"} --package ${view.name} --wait`} />
        </div>
      </div>
    </form>
  );
}
