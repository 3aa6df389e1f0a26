"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { TemplateInput } from "@agentpod/core/template";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { showPod } from "../../../api/refresh-pod.ts";
import { useAct } from "../../../api/use-act.ts";
import { useFieldErrors } from "../../../inputs/field-errors.ts";
import { InputField } from "../../../inputs/input-field.tsx";
import { type FieldValues, firstValues, inputsOf } from "../../../inputs/input-values.ts";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";

/** The template's inputs with this pod's values; only what was changed is sent. */
export function InputsForm({ pod, inputs }: { pod: PodView; inputs: Record<string, TemplateInput> }) {
  const t = useTranslations("environment");
  const client = useQueryClient();
  const mayNot = useMay();
  const errors = useFieldErrors();
  const [changed, setChanged] = useState<FieldValues>({});
  const current = firstValues(inputs, pod.inputs);
  const update = useAct({
    run: () => api.pods.update(pod.tenant, pod.name, { inputs: inputsOf(inputs, changed), generation: pod.generation }),
    done: () => t("saved"),
    onDone: (view) => showPod(client, view),
    onError: (error) => errors.take(error),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    update.mutate();
  };
  const entries = Object.entries(inputs);
  if (entries.length === 0) return <p className="text-soft text-sm">{t("noInputs")}</p>;
  const others = errors.others(entries.map(([name]) => `inputs.${name}`));
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <div className="grid gap-5 sm:grid-cols-2">
        {entries.map(([name, input]) => (
          <InputField
            key={name}
            name={name}
            input={input}
            value={name in changed ? changed[name] : current[name]}
            isStored={pod.secrets.includes(name)}
            error={errors.at(`inputs.${name}`)}
            onChange={(value) => setChanged({ ...changed, [name]: value })}
          />
        ))}
      </div>
      {others.length > 0 && (
        <p role="alert" className="font-medium text-sm">
          {others.join(" ")}
        </p>
      )}
      <div className="flex items-center gap-3">
        <Button
          type="submit"
          look="solid"
          why={mayNot("pod.write", pod.tenant)}
          disabled={Object.keys(changed).length === 0}
          isBusy={update.isPending}
        >
          {t("save")}
        </Button>
        <p className="text-soft text-[13px]">{t("saveHint")}</p>
      </div>
    </form>
  );
}
