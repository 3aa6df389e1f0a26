"use client";
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Field } from "../../ui/field.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import { Input, Textarea } from "../../ui/input.tsx";
import { type EnvironmentRow, rowProblems, withVariables } from "./environment-rows.ts";
import { parseEnv } from "./parse-env.ts";

interface EnvironmentProps {
  rows: readonly EnvironmentRow[];
  /** Names that have a value already. */
  kept: ReadonlySet<string>;
  /** What the API found wrong with one, by its name. */
  errorAt(name: string): string | undefined;
  onChange(rows: EnvironmentRow[]): void;
}

/** Variables by name and value, one by one or pasted as a .env file. Values that are there already are not shown, and stay. */
export function EnvironmentFields({ rows, kept, errorAt, onChange }: EnvironmentProps) {
  const t = useTranslations("newDeployment");
  const [isShown, setShown] = useState(false);
  const [pasted, setPasted] = useState<string | null>(null);
  const problems = rowProblems(rows);
  const set = (id: number, change: Partial<EnvironmentRow>): void =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  const takePasted = (): void => {
    onChange(withVariables(rows, parseEnv(pasted ?? "")));
    setPasted(null);
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-soft text-sm">{t("variablesText")}</p>
      {rows.length > 0 && (
        <ul aria-label={t("variables")} className="flex flex-col gap-3">
          {rows.map((row) => {
            // A second one of its name is none of those that are there.
            const isKept = kept.has(row.name) && rows.find(({ name }) => name === row.name) === row;
            const problem = problems.get(row.id);
            const error = problem === undefined ? errorAt(row.name) : t(`rowProblems.${problem}`);
            const label = row.name === "" ? t("newVariable") : row.name;
            return (
              <li key={row.id} className="flex flex-col gap-1">
                <div className="flex items-center gap-2">
                  <Input
                    aria-label={t("nameOf", { name: label })}
                    aria-invalid={error === undefined ? undefined : true}
                    value={row.name}
                    readOnly={isKept}
                    placeholder={t("variableName")}
                    autoComplete="off"
                    spellCheck={false}
                    onChange={(event) => set(row.id, { name: event.target.value })}
                    className="flex-1 basis-0 font-mono sm:text-[13px]"
                  />
                  <Input
                    aria-label={t("valueOf", { name: label })}
                    type={isShown ? "text" : "password"}
                    value={row.value}
                    disabled={row.isRemoved}
                    placeholder={row.isRemoved ? t("goes") : isKept ? t("stays") : t("noValue")}
                    autoComplete="new-password"
                    spellCheck={false}
                    onChange={(event) => set(row.id, { value: event.target.value })}
                    className="flex-[2] basis-0 font-mono sm:text-[13px]"
                  />
                  {isKept ? (
                    <Button small onClick={() => set(row.id, { isRemoved: !row.isRemoved, value: "" })}>
                      {t(row.isRemoved ? "keep" : "remove")}
                    </Button>
                  ) : (
                    <IconButton
                      icon={X}
                      label={t("removeRow", { name: label })}
                      onClick={() => onChange(rows.filter(({ id }) => id !== row.id))}
                    />
                  )}
                </div>
                {error !== undefined && (
                  <p role="alert" className="flex gap-1.5 font-medium text-[13px]">
                    <span aria-hidden>▲</span>
                    {error}
                  </p>
                )}
              </li>
            );
          })}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <Button small onClick={() => onChange(withVariables(rows, [["", ""]]))}>
          {t("addVariable")}
        </Button>
        <Button small onClick={() => setPasted(pasted === null ? "" : null)} aria-expanded={pasted !== null}>
          {t("paste")}
        </Button>
        {rows.length > 0 && <Choice label={t("showValues")} checked={isShown} onChange={setShown} />}
      </div>
      {pasted !== null && (
        <div className="flex flex-col gap-2">
          <Field label={t("pasteHere")} hint={t("pasteHint")}>
            {(ids) => (
              <Textarea
                {...ids}
                rows={5}
                value={pasted}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => setPasted(event.target.value)}
              />
            )}
          </Field>
          <div>
            <Button small disabled={parseEnv(pasted).length === 0} onClick={takePasted}>
              {t("takeOver", { count: parseEnv(pasted).length })}
            </Button>
          </div>
        </div>
      )}
    </div>
  );
}
