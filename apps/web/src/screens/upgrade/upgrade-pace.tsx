"use client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { queries } from "../../api/queries.ts";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import type { UpgradeDraft } from "./selection-of.ts";

const paceFields = ["atOnce", "stopAfter", "settleSeconds", "timeoutSeconds"] as const;
/** As typed. */
export type UpgradePace = Record<(typeof paceFields)[number], string>;

/** As the API has it. */
export const firstPace: UpgradePace = { atOnce: "1", stopAfter: "3", settleSeconds: "10", timeoutSeconds: "300" };

interface PaceProps {
  draft: UpgradeDraft;
  /** The one template of all pods that are meant; empty: there are several. */
  template: string;
  change(part: Partial<UpgradeDraft>): void;
  pace: UpgradePace;
  setPace(pace: UpgradePace): void;
}

/** To which version, how many at a time, when it stops, and whether volumes are backed up first. */
export function UpgradePaceFields({ draft, template, change, pace, setPace }: PaceProps) {
  const t = useTranslations("upgrade");
  const { data: templates = [] } = useQuery(queries.templates());
  const newest = templates.find(({ name }) => name === template)?.version ?? 0;
  const hasOne = template !== "" && (draft.scope === "template" || draft.scope === "pods");
  return (
    <div className="flex flex-col gap-4">
      <Field label={t("to")} hint={hasOne ? undefined : t("toHint")}>
        {(ids) => (
          <Select {...ids} value={hasOne ? draft.to : ""} disabled={!hasOne} onChange={(event) => change({ to: event.target.value })}>
            <option value="">{newest > 0 && hasOne ? t("newestIs", { version: newest }) : t("newest")}</option>
            {Array.from({ length: hasOne ? Math.min(newest, 50) : 0 }, (_, i) => newest - i).map((version) => (
              <option key={version} value={version}>
                {t("version", { version })}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Choice label={t("withState")} hint={t("withStateHint")} checked={draft.withState} onChange={(withState) => change({ withState })} />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {paceFields.map((name) => (
          <Field key={name} label={t(`pace.${name}`)} hint={t(`paceHints.${name}`)}>
            {(ids) => (
              <Input
                {...ids}
                inputMode="numeric"
                value={pace[name]}
                onChange={(event) => setPace({ ...pace, [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </div>
  );
}
