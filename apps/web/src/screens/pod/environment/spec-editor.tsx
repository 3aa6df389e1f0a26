"use client";
import type { PodView } from "@agentpod/core/api/pod-view";
import type { AppError } from "@agentpod/core/errors";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { stringify } from "yaml";
import { api } from "../../../api/client.ts";
import { showPod } from "../../../api/refresh-pod.ts";
import { useAct } from "../../../api/use-act.ts";
import { useSaid } from "../../../i18n/said.ts";
import { useMay } from "../../../session/use-may.ts";
import { Button } from "../../../ui/button.tsx";
import { Textarea } from "../../../ui/input.tsx";
import { readSpec } from "./spec-lines.ts";
import { type Problem, SpecProblems } from "./spec-problems.tsx";

const languages = { yaml: "YAML", json: "JSON" } as const;
type Language = keyof typeof languages;

const write = (spec: unknown, language: Language): string =>
  language === "json" ? `${JSON.stringify(spec, null, 2)}\n` : stringify(spec, { lineWidth: 0 });

/** The spec that a pod was made of, to be changed as a whole; what the API finds wrong stands beside its line. */
export default function SpecEditor({ pod }: { pod: PodView }) {
  const t = useTranslations("environment");
  const said = useSaid();
  const client = useQueryClient();
  const mayNot = useMay();
  const area = useRef<HTMLTextAreaElement>(null);
  const [language, setLanguage] = useState<Language>("yaml");
  const [text, setText] = useState(() => write(pod.spec, "yaml"));
  const [problems, setProblems] = useState<Problem[]>([]);
  const update = useAct({
    run: (spec: unknown) => api.pods.update(pod.tenant, pod.name, { spec, generation: pod.generation }),
    done: () => t("saved"),
    onDone: (view) => showPod(client, view),
    onError(error) {
      setProblems(problemsOf(error));
      return true;
    },
  });

  function problemsOf(error: AppError): Problem[] {
    if (error.issues.length === 0) return [{ line: null, path: "", text: said(error.message) }];
    const { lineOf } = readSpec(text);
    return error.issues.map(({ path, expected, nearest }) => {
      const hint = nearest === undefined ? "" : ` ${t("nearest", { nearest })}`;
      return { line: lineOf(path), path, text: t("expected", { expected: said(expected) }) + hint };
    });
  }
  /** Null where the text is neither YAML nor JSON, which is then told. */
  function read(): { spec: unknown } | null {
    try {
      return { spec: readSpec(text).spec };
    } catch (thrown) {
      setProblems([{ line: null, path: "", text: thrown instanceof Error ? thrown.message : String(thrown) }]);
      return null;
    }
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setProblems([]);
    const found = read();
    if (found !== null) update.mutate(found.spec);
  };
  const turnTo = (next: Language): void => {
    setProblems([]);
    const found = read();
    if (found === null) return;
    setLanguage(next);
    setText(write(found.spec, next));
  };
  const showLine = (line: number): void => {
    const from =
      text
        .split("\n")
        .slice(0, line - 1)
        .join("\n").length + (line > 1 ? 1 : 0);
    const end = text.indexOf("\n", from);
    area.current?.focus();
    area.current?.setSelectionRange(from, end < 0 ? text.length : end);
  };
  const isSame = text === write(pod.spec, language);
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <fieldset className="flex gap-1">
        <legend className="sr-only">{t("language")}</legend>
        {(Object.keys(languages) as Language[]).map((one) => (
          <Button key={one} small look={one === language ? "line" : "quiet"} aria-pressed={one === language} onClick={() => turnTo(one)}>
            {languages[one]}
          </Button>
        ))}
      </fieldset>
      <Textarea
        ref={area}
        aria-label={t("spec")}
        aria-invalid={problems.length > 0 || undefined}
        value={text}
        onChange={(event) => setText(event.target.value)}
        readOnly={mayNot("pod.write", pod.tenant) !== null}
        wrap="off"
        spellCheck={false}
        autoComplete="off"
        className="h-[55vh] min-h-60 resize-y leading-relaxed"
      />
      <SpecProblems problems={problems} onLine={showLine} />
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="solid" why={mayNot("pod.write", pod.tenant)} disabled={isSame} isBusy={update.isPending}>
          {t("save")}
        </Button>
        <p className="text-[13px] text-soft">{t("saveHint")}</p>
      </div>
    </form>
  );
}
