"use client";
import type { AddDnsProviderRequest, DnsProviderKindView } from "@agentpod/core/api/dns-provider-view";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { queries } from "../../api/queries.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { Asked } from "../../ui/asked.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import { CredentialField } from "./credential-field.tsx";

interface AddProps {
  /** Null: for the installation. */
  tenant: string | null;
  onClose(): void;
}

/** Asks for what a DNS service wants to know; it is tried before it is stored. */
export function AddDnsProvider({ tenant, onClose }: AddProps) {
  const t = useTranslations("dnsProviders");
  const query = useQuery(queries.dnsProviderKinds());
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={tenant === null ? t("addInstallation") : t("addTenant", { tenant })}
      description={t("addText")}
    >
      <Asked query={query}>{(kinds) => <AddForm tenant={tenant} kinds={kinds} onClose={onClose} />}</Asked>
    </Dialog>
  );
}

function AddForm({ tenant, kinds, onClose }: AddProps & { kinds: DnsProviderKindView[] }) {
  const t = useTranslations("dnsProviders");
  const said = useSaid();
  const client = useQueryClient();
  const errors = useFieldErrors();
  const [kind, setKind] = useState(kinds[0]?.kind ?? "rfc2136");
  const [problem, setProblem] = useState<string | null>(null);
  const chosen = kinds.find((one) => one.kind === kind);
  const fields = chosen?.fields ?? [];
  const add = useAct({
    run: (body: AddDnsProviderRequest) => api.dnsProviders.add(tenant, body),
    done: ({ name }) => t("added", { name }),
    onDone() {
      void client.invalidateQueries({ queryKey: ["dns-providers"] });
      onClose();
    },
    onError(error) {
      // What the service itself says belongs to no field.
      if (!errors.take(error)) setProblem(said(error.message));
      return true;
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    setProblem(null);
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? "").trim();
    const credentials = fields.map(({ name }) => [name, text(`credentials.${name}`)] as const).filter(([, value]) => value !== "");
    const zones = text("zones")
      .split(/[\s,]+/)
      .filter(Boolean);
    add.mutate({ name: text("name"), kind, zones, credentials: Object.fromEntries(credentials) });
  };
  const shown = ["name", "zones", ...fields.map(({ name }) => `credentials.${name}`)];
  const zonesError = errors.at("zones") ?? errors.others(shown).find((other) => other.startsWith("zones."));
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t("name")} error={errors.at("name")} required>
          {(ids) => <Input {...ids} name="name" autoComplete="off" spellCheck={false} autoFocus />}
        </Field>
        <Field label={t("kind")}>
          {(ids) => (
            <Select
              {...ids}
              value={kind}
              onChange={(event) => {
                setKind(event.target.value as typeof kind);
                errors.clear();
                setProblem(null);
              }}
            >
              {kinds.map((one) => (
                <option key={one.kind} value={one.kind}>
                  {said(one.title)}
                </option>
              ))}
            </Select>
          )}
        </Field>
      </div>
      <Field label={t("zones")} hint={t("zonesHint")} error={zonesError} required>
        {(ids) => <Input {...ids} name="zones" placeholder="example.com" autoComplete="off" spellCheck={false} />}
      </Field>
      {fields.map((field) => (
        <CredentialField key={`${kind} ${field.name}`} field={field} error={errors.at(`credentials.${field.name}`)} />
      ))}
      {problem !== null && (
        <p role="alert" className="font-medium text-sm">
          {problem}
        </p>
      )}
      <div className="flex justify-end">
        <Button type="submit" look="solid" isBusy={add.isPending}>
          {t("add")}
        </Button>
      </div>
    </form>
  );
}
