"use client";
import type { GuestTemplateView } from "@agentpod/core/api/guest-view";
import type { TemplateInput } from "@agentpod/core/template";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { InputField } from "../../inputs/input-field.tsx";
import { firstValues, inputsOf } from "../../inputs/input-values.ts";
import { Button } from "../../ui/button.tsx";

/** What the template asks a visitor for. */
export function GuestForm({ template, onDone }: { template: GuestTemplateView; onDone(pod: string): void }) {
  const t = useTranslations("guest");
  const said = useSaid();
  const inputs = template.inputs as Record<string, TemplateInput>;
  const [values, setValues] = useState(() => firstValues(inputs));
  const [problem, setProblem] = useState<string | null>(null);
  const errors = useFieldErrors();
  const create = useAct({
    run: () => api.guests.create({ template: template.name, inputs: inputsOf(inputs, values) }),
    onDone: (pod) => onDone(pod.name),
    onError(error) {
      if (!errors.take(error)) setProblem(said(error.message));
      return true;
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    setProblem(null);
    create.mutate();
  };
  const others = errors.others(Object.keys(inputs).map((name) => `inputs.${name}`));
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      {Object.entries(inputs).map(([name, input]) => (
        <InputField
          key={name}
          name={name}
          input={input}
          value={values[name]}
          error={errors.at(`inputs.${name}`)}
          onChange={(value) => setValues({ ...values, [name]: value })}
        />
      ))}
      {(problem !== null || others.length > 0) && (
        <p role="alert" className="font-medium text-sm">
          {problem ?? others.join(" ")}
        </p>
      )}
      <Button type="submit" look="solid" className="h-9!" isBusy={create.isPending}>
        {t("deploy")}
      </Button>
    </form>
  );
}
