"use client";
import type { TemplateView } from "@agentpod/core/api/template-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { showPod } from "../../api/refresh-pod.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { InputField } from "../../inputs/input-field.tsx";
import { firstValues, inputsOf } from "../../inputs/input-values.ts";
import { OtherIssues } from "../../inputs/other-issues.tsx";
import { podHref } from "../../pods/pod-href.ts";
import { go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { newTenantLink } from "../../tenants/new-tenant-link.tsx";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Command } from "../../ui/command.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";

/** What the template asks for, as a form; what the API finds wrong stands at its field. */
export function NewPodForm({ view }: { view: TemplateView }) {
  const t = useTranslations("newPod");
  const client = useQueryClient();
  const mayNot = useMay();
  const { inputs } = view.template;
  const { data: tenants = [] } = useQuery(queries.tenants());
  const [tenant, setTenant] = useState("");
  const [name, setName] = useState("");
  const [values, setValues] = useState(() => firstValues(inputs));
  const errors = useFieldErrors();
  const owner = tenant || tenants[0]?.name || "";
  const create = useAct({
    run: () => api.pods.create(owner, { name, template: view.name, inputs: inputsOf(inputs, values) }),
    onDone(pod) {
      showPod(client, pod);
      go(podHref(pod));
    },
    onError: (error) => errors.take(error),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    create.mutate();
  };
  const others = errors.others(["name", ...Object.keys(inputs).map((input) => `inputs.${input}`)]);
  if (tenants.length === 0) return <p className="text-sm text-soft">{t.rich("noTenant", { link: newTenantLink })}</p>;
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <Card>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={t("tenant")} required>
            {(ids) => (
              <Select {...ids} value={owner} onChange={(event) => setTenant(event.target.value)}>
                {tenants.map((one) => (
                  <option key={one.id}>{one.name}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("name")} hint={t("nameHint")} error={errors.at("name")} required>
            {(ids) => (
              <Input
                {...ids}
                value={name}
                onChange={(event) => setName(event.target.value)}
                autoComplete="off"
                spellCheck={false}
                autoFocus
              />
            )}
          </Field>
          {Object.entries(inputs).map(([key, input]) => (
            <InputField
              key={key}
              name={key}
              input={input}
              value={values[key]}
              error={errors.at(`inputs.${key}`)}
              onChange={(value) => setValues({ ...values, [key]: value })}
            />
          ))}
        </div>
      </Card>
      <OtherIssues texts={others} />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" look="solid" isBusy={create.isPending} why={mayNot("pod.write", owner)}>
          {t("create")}
        </Button>
        <div className="min-w-0 flex-1">
          <Command text={`./agentpod pod create ${owner}/${name || "web"} --template ${view.name} --wait`} />
        </div>
      </div>
    </form>
  );
}
