"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../../api/queries.ts";
import { Asked } from "../../../ui/asked.tsx";
import { Card } from "../../../ui/card.tsx";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { Command } from "../../../ui/command.tsx";
import type { PodTabProps } from "../pod-tabs.ts";
import { InputsForm } from "./inputs-form.tsx";
import { Secrets } from "./secrets.tsx";

/** What the pod was given, to be changed; and its secrets, to be shown one by one. */
export default function PodEnvironment({ pod }: PodTabProps) {
  const t = useTranslations("environment");
  return (
    <div className="flex flex-col gap-5">
      {pod.template === null ? (
        <Card title={t("spec")}>
          <div className="flex flex-col gap-4">
            <p className="text-soft text-sm">{t("specText")}</p>
            <Command text={`./agentpod pod update ${pod.tenant}/${pod.name} --spec pod.yaml --wait`} />
            <CodeBlock label={t("spec")} text={JSON.stringify(pod.spec, null, 2)} />
          </div>
        </Card>
      ) : (
        <FromTemplate pod={pod} template={pod.template} />
      )}
      {pod.secrets.length > 0 && <Secrets pod={pod} />}
    </div>
  );
}

function FromTemplate({ pod, template }: PodTabProps & { template: { name: string; version: number } }) {
  const t = useTranslations("environment");
  const query = useQuery(queries.templateVersion(template.name, template.version, pod.tenant));
  return (
    <Card title={t("inputs")}>
      <Asked query={query}>{(view) => <InputsForm key={pod.generation} pod={pod} inputs={view.template.inputs} />}</Asked>
    </Card>
  );
}
