"use client";
import type { AdoptRequest, ForeignContainerView } from "@agentpod/core/api/adopt-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { showPod } from "../../api/refresh-pod.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { podHref } from "../../pods/pod-href.ts";
import { go } from "../../routing/go.tsx";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import { podNameOf } from "./pod-name-of.ts";

const examplePath = "/healthz";

/** Whose it becomes, its name, the port that its address leads to, and what is kept and lost. */
export function AdoptForm({ container, onClose }: { container: ForeignContainerView; onClose(): void }) {
  const t = useTranslations("adopt");
  const said = useSaid();
  const client = useQueryClient();
  const errors = useFieldErrors();
  const { data: tenants = [] } = useQuery(queries.tenants());
  const [wanted, setTenant] = useState("");
  const [name, setName] = useState(() => podNameOf(container));
  const [port, setPort] = useState(() => String(container.ports[0]?.container ?? ""));
  const [healthPath, setHealthPath] = useState("");
  const [memoryMb, setMemory] = useState("");
  const [cpus, setCpus] = useState("");
  const [dangerous, setDangerous] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const tenant = wanted || tenants[0]?.name || "";
  const { dangers, keeps, loses, limits } = container;
  const adopt = useAct({
    run: (request: AdoptRequest) => api.adoption.adopt(tenant, name.trim(), request),
    done: (pod) => t("adopted", { name: container.name, pod: `${pod.tenant}/${pod.name}` }),
    onDone(pod) {
      void client.invalidateQueries({ queryKey: ["foreign-containers"] });
      showPod(client, pod);
      go(podHref(pod));
    },
    onError(error) {
      if (!errors.take(error)) setProblem(said(error.message));
      return true;
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    setProblem(null);
    adopt.mutate({
      container: container.id,
      dangerous,
      ...(port.trim() !== "" && { port: Number(port) }),
      ...(healthPath.trim() !== "" && { healthPath: healthPath.trim() }),
      ...(memoryMb.trim() !== "" && { memoryMb: Number(memoryMb) }),
      ...(cpus.trim() !== "" && { cpus: Number(cpus) }),
    });
  };
  const shown = ["name", "port", "healthPath", "memoryMb", "cpus"];
  const text = { autoComplete: "off", spellCheck: false } as const;
  if (tenants.length === 0)
    return (
      <Dialog open onOpenChange={onClose} title={t("adoptTitle", { name: container.name })}>
        <p className="text-sm">{t("noTenant")}</p>
      </Dialog>
    );
  return (
    <Dialog open onOpenChange={onClose} title={t("adoptTitle", { name: container.name })} description={t("adoptText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("tenant")} required>
            {(ids) => (
              <Select {...ids} value={tenant} onChange={(event) => setTenant(event.target.value)}>
                {tenants.map((one) => (
                  <option key={one.id}>{one.name}</option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("name")} error={errors.at("name")} required>
            {(ids) => <Input {...ids} {...text} value={name} onChange={(event) => setName(event.target.value)} autoFocus />}
          </Field>
          <Field label={t("port")} hint={t("portHint")} error={errors.at("port")}>
            {(ids) => <Input {...ids} {...text} inputMode="numeric" value={port} onChange={(event) => setPort(event.target.value)} />}
          </Field>
          <Field label={t("healthPath")} hint={t("healthPathHint")} error={errors.at("healthPath")}>
            {(ids) => (
              <Input
                {...ids}
                {...text}
                value={healthPath}
                placeholder={examplePath}
                onChange={(event) => setHealthPath(event.target.value)}
              />
            )}
          </Field>
          <Field label={t("memory")} hint={t("limitHint")} error={errors.at("memoryMb")}>
            {(ids) => (
              <Input
                {...ids}
                {...text}
                inputMode="numeric"
                value={memoryMb}
                placeholder={String(limits.memoryMb ?? "")}
                onChange={(event) => setMemory(event.target.value)}
              />
            )}
          </Field>
          <Field label={t("cpus")} hint={t("limitHint")} error={errors.at("cpus")}>
            {(ids) => (
              <Input
                {...ids}
                {...text}
                inputMode="decimal"
                value={cpus}
                placeholder={String(limits.cpus ?? "")}
                onChange={(event) => setCpus(event.target.value)}
              />
            )}
          </Field>
        </div>
        <Sentences title={t("keeps")} sentences={keeps} />
        <Sentences title={t("loses")} sentences={loses} />
        {dangers.length > 0 && (
          <>
            <Sentences title={t("dangers")} sentences={dangers} />
            <Choice label={t("allTheSame")} hint={t("allTheSameHint")} checked={dangerous} onChange={setDangerous} />
          </>
        )}
        {[...errors.others(shown), ...(problem === null ? [] : [problem])].map((one) => (
          <p key={one} role="alert" className="break-words font-medium text-sm">
            {one}
          </p>
        ))}
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={adopt.isPending} why={dangers.length > 0 && !dangerous ? t("sayFirst") : null}>
            {t("adopt")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Sentences({ title, sentences }: { title: string; sentences: readonly string[] }) {
  const said = useSaid();
  if (sentences.length === 0) return null;
  return (
    <div className="flex flex-col gap-1 text-[13px]">
      <p className="font-medium">{title}</p>
      <ul className="list-disc pl-5 text-soft">
        {sentences.map((one) => (
          <li key={one} className="break-words">
            {said(one)}
          </li>
        ))}
      </ul>
    </div>
  );
}
