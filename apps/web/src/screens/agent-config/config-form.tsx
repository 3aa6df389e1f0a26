"use client";
import type { AgentConfigView, SetAgentConfigRequest } from "@agentpod/core/api/agent-config-view";
import type { PodView } from "@agentpod/core/api/pod-view";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { InputField } from "../../inputs/input-field.tsx";
import { firstValues } from "../../inputs/input-values.ts";
import { OtherIssues } from "../../inputs/other-issues.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { useToast } from "../../ui/toast.tsx";
import { type Inputs, inputGroups } from "../agent-packages/input-groups.ts";
import { ChannelCard } from "./channel-card.tsx";
import { type ConfigDraft, changeOf, emptyDraft, isEmptyDraft } from "./config-draft.ts";
import { ConfigPreview } from "./config-preview.tsx";
import { ConfigTest } from "./config-test.tsx";
import { ModelFields } from "./model-fields.tsx";
import { OverridesField } from "./overrides-field.tsx";

interface ConfigFormProps {
  pod: PodView;
  view: AgentConfigView;
  /** Of the package's version that the pod is made from. */
  inputs: Inputs;
}

/** Everything that may be set, in one form; what was changed is looked at before it is saved. */
export function ConfigForm({ pod, view, inputs }: ConfigFormProps) {
  const t = useTranslations("agentConfig");
  const toast = useToast();
  const errors = useFieldErrors();
  const why = useMay()("pod.write", pod.tenant);
  const [draft, setDraft] = useState<ConfigDraft>(emptyDraft);
  const [since, setSince] = useState(view.generation);
  if (isEmptyDraft(draft) && since !== view.generation) setSince(view.generation);
  const [badJson, setBadJson] = useState(false);
  const [looked, setLooked] = useState<{ change: SetAgentConfigRequest; after: AgentConfigView } | null>(null);
  const groups = inputGroups(inputs);
  const current = firstValues(inputs, pod.inputs);
  const values = { ...current, ...draft.inputs };
  const look = useAct({
    run: async (change: SetAgentConfigRequest) => ({ change, after: await api.agents.previewConfig(pod.tenant, pod.name, change) }),
    onDone: setLooked,
    onError: errors.take,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    setBadJson(false);
    try {
      look.mutate(changeOf(draft, view, inputs, pod.generation));
    } catch {
      setBadJson(true);
    }
  };
  const setInput = (name: string, value: string | boolean): void =>
    setDraft((before) => ({ ...before, inputs: { ...before.inputs, [name]: value } }));
  const others = { ...groups.own, ...groups.limits };
  const shown = [
    ...Object.keys(inputs).map((name) => `inputs.${name}`),
    ...view.channels.flatMap(({ id, config }) => Object.keys(config).map((key) => `config.channels.${id}.${key}`)),
  ];
  const elsewhere = errors.others(shown).filter((text) => !view.channels.some(({ id }) => text.startsWith(`config.channels.${id}.`)));
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <Card
        title={t("model")}
        actions={
          <ConfigTest
            pod={pod}
            what="llm"
            label={t("testModel")}
            why={values.llmBaseUrl === "" ? t("testedThere") : null}
            isChanged={!isEmptyDraft(draft)}
          />
        }
      >
        <ModelFields
          tenant={pod.tenant}
          inputs={groups.model}
          values={values}
          stored={view.storedSecrets}
          isReadOnly={why !== null}
          errorAt={(name) => errors.at(`inputs.${name}`)}
          onChange={setInput}
        />
      </Card>
      {view.channels.map((channel) => (
        <ChannelCard
          key={channel.id}
          pod={pod}
          channel={channel}
          allow={view.allow}
          inputs={inputs}
          stored={view.storedSecrets}
          draft={draft}
          why={why}
          errors={errors}
          onInput={setInput}
          onChannel={(change) => setDraft((before) => ({ ...before, channels: { ...before.channels, [channel.id]: change } }))}
        />
      ))}
      {Object.keys(others).length > 0 && (
        <Card title={t("inputs")}>
          <fieldset disabled={why !== null} className="grid gap-5 sm:grid-cols-2">
            <legend className="sr-only">{t("inputs")}</legend>
            {Object.entries(others).map(([name, input]) => (
              <InputField
                key={name}
                name={name}
                input={input}
                value={values[name]}
                isStored={view.storedSecrets.includes(name)}
                error={errors.at(`inputs.${name}`)}
                onChange={(value) => setInput(name, value)}
              />
            ))}
          </fieldset>
        </Card>
      )}
      <OverridesField
        view={view}
        text={draft.overrides}
        error={badJson ? t("noJson") : undefined}
        why={why}
        onChange={(overrides) => setDraft((before) => ({ ...before, overrides }))}
      />
      <OtherIssues texts={elsewhere} />
      {since !== view.generation && !isEmptyDraft(draft) && (
        <p role="status" className="font-medium text-sm">
          {t("changedSince")}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="solid" why={why} disabled={isEmptyDraft(draft)} isBusy={look.isPending}>
          {t("look")}
        </Button>
        {!isEmptyDraft(draft) && (
          <Button
            onClick={() => {
              errors.clear();
              setDraft(emptyDraft);
            }}
          >
            {t("discard")}
          </Button>
        )}
        <p className="text-[13px] text-soft">{t("lookHint")}</p>
      </div>
      {looked !== null && (
        <ConfigPreview
          pod={pod}
          before={view}
          after={looked.after}
          change={looked.change}
          onClose={() => setLooked(null)}
          onSaved={(text) => {
            setLooked(null);
            setDraft(emptyDraft);
            toast.say(text);
          }}
        />
      )}
    </form>
  );
}
