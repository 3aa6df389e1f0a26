"use client";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslations } from "use-intl";
import { queries } from "../../../api/queries.ts";
import { Asked } from "../../../ui/asked.tsx";
import { Card } from "../../../ui/card.tsx";
import { Command } from "../../../ui/command.tsx";
import { Loading } from "../../../ui/loading.tsx";
import type { PodTabProps } from "../pod-tabs.ts";
import { InputsForm } from "./inputs-form.tsx";
import { Secrets } from "./secrets.tsx";

/** Its parser is loaded where there is a spec to edit. */
const SpecEditor = lazy(() => import("./spec-editor.tsx"));

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
            <Suspense fallback={<Loading lines={8} />}>
              <SpecEditor key={pod.generation} pod={pod} />
            </Suspense>
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
