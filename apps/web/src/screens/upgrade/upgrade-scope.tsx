"use client";
import type { PodSummary } from "@agentpod/core/api/pod-view";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Choice } from "../../ui/choice.tsx";
import { Select } from "../../ui/input.tsx";
import { SearchInput } from "../../ui/search-input.tsx";
import { type UpgradeDraft, upgradeScopes } from "./selection-of.ts";

interface ScopeProps {
  draft: UpgradeDraft;
  pods: PodSummary[];
  change(part: Partial<UpgradeDraft>): void;
}

/** All, those of a tenant, of a template or package, or those that are ticked. */
export function UpgradeScopeFields({ draft, pods, change }: ScopeProps) {
  const t = useTranslations("upgrade");
  const tenants = [...new Set(pods.map(({ tenant }) => tenant))].sort();
  const templates = [...new Set(pods.flatMap(({ template }) => template?.name ?? []))].sort();
  const choose = (scope: UpgradeDraft["scope"]): void =>
    change({
      ...{ scope, to: "" },
      ...(scope === "tenant" && draft.tenant === "" && { tenant: tenants[0] ?? "" }),
      ...(scope === "template" && draft.template === "" && { template: templates[0] ?? "" }),
    });
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="sr-only">{t("which")}</legend>
      {upgradeScopes.map((scope) => (
        <div key={scope} className="flex flex-col gap-2">
          <Choice
            group="scope"
            label={t(`scopes.${scope}`)}
            hint={t(`scopeHints.${scope}`)}
            checked={draft.scope === scope}
            onChange={() => choose(scope)}
          />
          {draft.scope === scope && scope === "tenant" && (
            <Names label={t("tenant")} value={draft.tenant} names={tenants} onChoose={(tenant) => change({ tenant })} />
          )}
          {draft.scope === scope && scope === "template" && (
            <Names label={t("template")} value={draft.template} names={templates} onChoose={(template) => change({ template, to: "" })} />
          )}
          {draft.scope === scope && scope === "pods" && <PodTicks draft={draft} pods={pods} change={change} />}
        </div>
      ))}
    </fieldset>
  );
}

function Names({ label, value, names, onChoose }: { label: string; value: string; names: string[]; onChoose(name: string): void }) {
  return (
    <Select aria-label={label} value={value} onChange={(event) => onChoose(event.target.value)} className="ml-6.5 w-auto!">
      {[...new Set([...names, ...(value === "" ? [] : [value])])].map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}

const mostShown = 200;

function PodTicks({ draft, pods, change }: ScopeProps) {
  const t = useTranslations("upgrade");
  const [text, setText] = useState("");
  const ticked = new Set(draft.pods);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = pods
    .filter(({ template }) => template !== null)
    .map(({ tenant, name, template }) => ({ label: `${tenant}/${name}`, version: `${template?.name}@${template?.version}` }))
    .filter(({ label, version }) => words.every((word) => `${label} ${version}`.toLowerCase().includes(word)))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  const set = (label: string, isOn: boolean): void =>
    change({ to: "", pods: isOn ? [...draft.pods, label] : draft.pods.filter((one) => one !== label) });
  return (
    <div className="ml-6.5 flex flex-col gap-2">
      <SearchInput label={t("filter")} value={text} onText={setText} />
      <ul aria-label={t("scopes.pods")} className="max-h-64 divide-y overflow-y-auto rounded-md border bg-surface">
        {found.slice(0, mostShown).map(({ label, version }) => (
          <li key={label}>
            <label className="flex items-center gap-2.5 px-3 py-2 text-sm">
              <input
                type="checkbox"
                checked={ticked.has(label)}
                onChange={(event) => set(label, event.target.checked)}
                className="size-4 shrink-0 accent-ink"
              />
              <span className="min-w-0 flex-1 break-all">{label}</span>
              <span className="text-[13px] text-soft">{version}</span>
            </label>
          </li>
        ))}
        {found.length === 0 && <li className="px-3 py-2 text-[13px] text-soft">{t("noneFound")}</li>}
      </ul>
      <p className="text-[13px] text-soft">{t("ticked", { count: ticked.size })}</p>
    </div>
  );
}
