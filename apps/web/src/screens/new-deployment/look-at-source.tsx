"use client";
import { AppError } from "@agentpod/core/errors";
import type { UseQueryResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { Loading } from "../../ui/loading.tsx";
import type { AnalysisView } from "./findings.ts";
import { Found } from "./found.tsx";
import { SourceProblem } from "./source-problem.tsx";

interface LookProps {
  query: UseQueryResult<AnalysisView>;
  /** The folder of the application that was said; empty: none. */
  root: string;
  onRoot(root: string): void;
}

/** What was found, or why nothing could be said; the application's folder can be said where there are several. */
export function LookAtSource({ query: { data, error, isPending, isFetching }, root, onRoot }: LookProps) {
  const t = useTranslations("newDeployment");
  const [typed, setTyped] = useState(root);
  const problem = error === null ? null : error instanceof AppError ? error : new AppError("internal", String(error));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onRoot(typed.trim());
  };
  return (
    <Card title={t("found")}>
      <div className="flex flex-col gap-5">
        {isPending && <Loading lines={5} />}
        {problem !== null && <SourceProblem problem={problem} shown={[]} />}
        {data !== undefined && <Found analysis={data} />}
        {(problem !== null || root !== "") && (
          <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
            <div className="min-w-0 flex-1 basis-56">
              <Field label={t("root")} hint={t("rootHint")}>
                {(ids) => (
                  <Input {...ids} value={typed} autoComplete="off" spellCheck={false} onChange={(event) => setTyped(event.target.value)} />
                )}
              </Field>
            </div>
            <Button type="submit" isBusy={isFetching} className="mb-[1.6rem]">
              {t("lookAgain")}
            </Button>
          </form>
        )}
      </div>
    </Card>
  );
}
