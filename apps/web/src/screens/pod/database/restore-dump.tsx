"use client";
import type { DumpView } from "@agentpod/core/api/dump-view";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { queries } from "../../../api/queries.ts";
import { useAct } from "../../../api/use-act.ts";
import { useSaid } from "../../../i18n/said.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input, Select } from "../../../ui/input.tsx";
import { isUnitRunning } from "./is-unit-running.ts";

interface RestoreProps {
  dump: DumpView;
  onClose(): void;
  onBegun(operation: string): void;
}

/** Puts a dump into the place of what its database holds, or that of another pod whose unit is called alike, once that pod's name was typed. */
export function RestoreDump({ dump, onClose, onBegun }: RestoreProps) {
  const t = useTranslations("podDatabase");
  const common = useTranslations("common");
  const said = useSaid();
  const format = useFormatter();
  const { data: all = [] } = useQuery(queries.pods());
  const { id, tenant, unit, createdAt } = dump;
  const pods = all.filter((pod) => pod.tenant === tenant && pod.units.some(({ name }) => name === unit));
  const [chosen, setChosen] = useState(dump.pod);
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const pod = pods.find(({ name }) => name === chosen) ?? pods[0];
  const label = pod === undefined ? "" : `${tenant}/${pod.name}`;
  const at = format.dateTime(new Date(createdAt), { dateStyle: "medium", timeStyle: "short" });
  const restore = useAct({
    run: (into: string) => api.databases.restoreDump(tenant, id, { pod: into }),
    onDone({ operation }) {
      onBegun(operation);
      onClose();
    },
    onError(error) {
      setProblem(said(error.message));
      return true;
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setProblem(null);
    if (pod !== undefined && typed === label && !restore.isPending) restore.mutate(pod.name);
  };
  const why = pod !== undefined && !isUnitRunning(pod, unit) ? t("notRunning") : null;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("restoreTitle", { at })}
      description={pod === undefined ? t("restoreNowhere", { unit }) : t("restoreText", { unit, pod: label })}
    >
      {pod !== undefined && (
        <form onSubmit={submit} noValidate className="flex flex-col gap-4">
          {(pods.length > 1 || pod.name !== dump.pod) && (
            <Field label={t("into")} hint={t("intoHint", { unit })}>
              {(ids) => (
                <Select
                  {...ids}
                  value={pod.name}
                  onChange={(event) => {
                    setChosen(event.target.value);
                    setTyped("");
                    setProblem(null);
                  }}
                >
                  {pods.map(({ name }) => (
                    <option key={name} value={name}>
                      {`${tenant}/${name}`}
                    </option>
                  ))}
                </Select>
              )}
            </Field>
          )}
          <Field label={common("typeToConfirm", { name: label })}>
            {(ids) => (
              <Input {...ids} value={typed} onChange={(event) => setTyped(event.target.value)} autoComplete="off" spellCheck={false} />
            )}
          </Field>
          {problem !== null && (
            <p role="alert" className="break-words font-medium text-sm">
              {problem}
            </p>
          )}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{common("cancel")}</Button>
            <Button type="submit" look="danger" why={why} isBusy={restore.isPending} disabled={typed !== label}>
              {t("restoreAction")}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
