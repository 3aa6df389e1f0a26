"use client";
import type { DeploymentSummary, DeploymentView } from "@agentpod/core/api/deployment-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { OtherIssues } from "../../inputs/other-issues.tsx";
import { go } from "../../routing/go.tsx";
import { useMay } from "../../session/use-may.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Command } from "../../ui/command.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { deploymentHref } from "../deployments/deployment-href.ts";
import { deploymentQueries } from "../deployments/deployment-queries.ts";
import { fieldsOf, settingsOf } from "./deploy-fields.ts";
import { EnvironmentFields } from "./environment-fields.tsx";
import { type EnvironmentRow, environmentOf, rowProblems, withVariables } from "./environment-rows.ts";
import { LookAtSource } from "./look-at-source.tsx";
import { type PreviewDraft, previewOf } from "./preview-draft.ts";
import { PreviewFields } from "./preview-fields.tsx";
import { SettingsFields, settingFields } from "./settings-fields.tsx";
import type { Brought } from "./use-source.ts";

interface DeployFormProps {
  tenant: string;
  brought: Brought;
  /** The application that is deployed again; empty: whatever is typed. */
  name: string;
  /** Whose settings and names of variables are filled in; null: nobody's. */
  earlier: DeploymentView | null;
}

/** What the code is, what it is called and what it is given; then it is deployed. */
export function DeployForm({ tenant, brought, name, earlier }: DeployFormProps) {
  const t = useTranslations("newDeployment");
  const client = useQueryClient();
  const mayNot = useMay();
  const errors = useFieldErrors();
  const [fields, setFields] = useState(() => fieldsOf(name || (brought.name ?? ""), earlier?.settings ?? {}));
  const [typed, setTyped] = useState<EnvironmentRow[]>(() =>
    withVariables(
      [],
      Object.keys(earlier?.environment ?? {}).map((one) => [one, ""]),
    ),
  );
  const [preview, setPreview] = useState<PreviewDraft | null>(null);
  const analysis = useQuery(deploymentQueries.analysis(tenant, brought.digest, fields.root));
  const serving = useServing(tenant, fields.name.trim());
  const { data: previews = [] } = useQuery(deploymentQueries.previews(tenant));
  // A preview has none of its own.
  const isPreview = previews.some((one) => one.name === fields.name.trim());
  const draft = isPreview ? null : preview;
  const kept = new Set(Object.keys(serving?.environment ?? {}));
  const asked = analysis.data?.env ?? [];
  const rows = withVariables(
    typed,
    [...kept, ...asked].map((one) => [one, ""]),
  );
  const deploy = useAct({
    run: () =>
      api.deployments.deploy(tenant, fields.name.trim(), {
        source: brought.digest,
        origin: brought.origin,
        environment: environmentOf(rows, kept),
        settings: settingsOf(fields),
        ...(draft !== null && { preview: previewOf(draft) }),
      }),
    onDone({ deployment }) {
      void client.invalidateQueries({ queryKey: ["deployments"] });
      go(deploymentHref(deployment, deployment.number));
    },
    onError: (error) => errors.take(error),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    if (rowProblems(rows).size === 0) deploy.mutate();
  };
  const nameError = errors.at("name") ?? errors.at("application");
  const shown = [
    "name",
    "application",
    ...(draft === null ? [] : previewPaths),
    ...settingFields,
    ...rows.map((row) => `environment.${row.name}`),
  ];
  const { runtime, needs } = analysis.data ?? { runtime: null, needs: [] };
  return (
    <>
      <LookAtSource query={analysis} root={fields.root} onRoot={(root) => setFields({ ...fields, root })} />
      <form onSubmit={submit} noValidate className="flex flex-col gap-5">
        <Card title={t("application")}>
          <div className="flex flex-col gap-5">
            <Field
              label={t("name")}
              hint={serving === null ? t("nameHint") : t("nameServes", { number: serving.number })}
              error={nameError}
              required
            >
              {(ids) => (
                <Input
                  {...ids}
                  value={fields.name}
                  readOnly={name !== ""}
                  autoComplete="off"
                  spellCheck={false}
                  onChange={(event) => setFields({ ...fields, name: event.target.value })}
                  className="sm:max-w-sm"
                />
              )}
            </Field>
            {!isPreview && <PreviewFields draft={preview} serves={serving !== null} errorAt={errors.at} onChange={setPreview} />}
          </div>
        </Card>
        <Card title={t("variables")}>
          <EnvironmentFields rows={rows} kept={kept} errorAt={(one) => errors.at(`environment.${one}`)} onChange={setTyped} />
        </Card>
        <Card title={t("more")}>
          <SettingsFields
            fields={fields}
            found={{ runtime: runtime === null ? "" : `${runtime.name}@${runtime.version}`, needs: needs.join(", ") }}
            errors={errors}
            onChange={(change) => setFields({ ...fields, ...change })}
          />
        </Card>
        <OtherIssues texts={errors.others(shown)} />
        <div className="flex flex-wrap items-center gap-4">
          <Button
            type="submit"
            look="solid"
            isBusy={deploy.isPending}
            why={mayNot("pod.write", tenant)}
            disabled={fields.name.trim() === ""}
          >
            {t("deploy")}
          </Button>
          <div className="min-w-0 flex-1 basis-72">
            <Command text={`./agentpod deploy . --tenant ${tenant} --name ${fields.name.trim() || "app"}`} />
          </div>
        </div>
      </form>
    </>
  );
}

const previewPaths = ["preview", "preview.name", "preview.database", "preview.ttlSeconds"];

/** What serves of an application of this name; null: nothing does. */
function useServing(tenant: string, name: string): DeploymentView | null {
  const { data: all = [] } = useQuery(deploymentQueries.list(tenant));
  const serving: DeploymentSummary | undefined = all.find((one) => one.name === name && one.serves);
  const { data } = useQuery({ ...deploymentQueries.one(tenant, name, serving?.number ?? 0), enabled: serving !== undefined });
  return serving === undefined ? null : (data ?? null);
}
