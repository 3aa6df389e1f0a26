"use client";
import type { FetchSourceRequest } from "@agentpod/core/api/source-view";
import { AppError } from "@agentpod/core/errors";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { useIssueTexts } from "../../inputs/use-issue-texts.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { Input } from "../../ui/input.tsx";
import { loginOf, noLogin, RepositoryLogin } from "./repository-login.tsx";
import type { BringingProblem } from "./use-source.ts";

const exampleUrl = "https://git.example.com/team/shop.git";

interface GitProps {
  why: string | null;
  isBusy: boolean;
  problem: BringingProblem | null;
  onFetch(request: FetchSourceRequest): void;
}

/** Which repository, what of it, and what opens it. Credentials are used once. */
export function GitSource({ why, isBusy, problem, onFetch }: GitProps) {
  const t = useTranslations("newDeployment");
  const textsOf = useIssueTexts();
  const [url, setUrl] = useState("");
  const [ref, setRef] = useState("");
  const [login, setLogin] = useState(noLogin);
  const texts = problem instanceof AppError ? textsOf(problem.issues) : [];
  const errorAt = (path: string): string | undefined => texts.find((one) => one.path === path)?.text;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onFetch({ url: url.trim(), ...(ref.trim() !== "" && { ref: ref.trim() }), ...loginOf(login) });
  };
  const plain = { autoComplete: "off", spellCheck: false } as const;
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-5">
      <div className="grid gap-5 sm:grid-cols-[2fr_1fr]">
        <Field label={t("url")} error={errorAt("url")} required>
          {(ids) => (
            <Input
              {...ids}
              {...plain}
              inputMode="url"
              placeholder={exampleUrl}
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <Field label={t("ref")} hint={t("refHint")} error={errorAt("ref")}>
          {(ids) => <Input {...ids} {...plain} value={ref} onChange={(event) => setRef(event.target.value)} />}
        </Field>
      </div>
      <RepositoryLogin login={login} hint={t("opensHint")} errorAt={errorAt} onChange={setLogin} />
      <div>
        <Button type="submit" look="solid" why={why} isBusy={isBusy} disabled={url.trim() === ""}>
          {t("fetch")}
        </Button>
      </div>
    </form>
  );
}
