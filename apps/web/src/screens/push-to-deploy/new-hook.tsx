"use client";
import type { CreateHookRequest } from "@agentpod/core/api/deployment-hook-view";
import { type HookKind, hookKinds } from "@agentpod/core/deployment-hook";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { OtherIssues } from "../../inputs/other-issues.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import { loginOf, noLogin, RepositoryLogin, repositoryLoginFields } from "../new-deployment/repository-login.tsx";
import { HookMade } from "./hook-made.tsx";
import { pushQueries } from "./push-queries.ts";
import { repositoryOf } from "./repository-of.ts";

interface NewHookProps {
  tenant: string;
  name: string;
  origin: string;
  onClose(): void;
}

/** Asks who tells of pushes, of which branch, and how the repository is read; then shows address and secret, this once. */
export function NewHook({ tenant, name, origin, onClose }: NewHookProps) {
  const t = useTranslations("push");
  const client = useQueryClient();
  const errors = useFieldErrors();
  const [kind, setKind] = useState<HookKind>("github");
  const [branch, setBranch] = useState("main");
  const [url, setUrl] = useState("");
  const [login, setLogin] = useState(noLogin);
  const known = repositoryOf(origin);
  const create = useAct({
    run: (body: CreateHookRequest) => api.deploymentHooks.create(tenant, name, body),
    onDone: () => void client.invalidateQueries({ queryKey: pushQueries.hooks(tenant, name).queryKey, exact: true }),
    onError: errors.take,
  });
  if (create.data) return <HookMade hook={create.data} onClose={onClose} />;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    create.mutate({ kind, branch: branch.trim(), ...(url.trim() !== "" && { url: url.trim() }), ...loginOf(login) });
  };
  const others = errors.others(["kind", "branch", "url", ...repositoryLoginFields]);
  const plain = { autoComplete: "off", spellCheck: false } as const;
  return (
    <Dialog open onOpenChange={onClose} title={t("newHook")} description={t("newHookText", { name: `${tenant}/${name}` })}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("kind")} error={errors.at("kind")}>
            {(ids) => (
              <Select {...ids} value={kind} onChange={(event) => setKind(hookKinds.find((one) => one === event.target.value) ?? "generic")}>
                {hookKinds.map((one) => (
                  <option key={one} value={one}>
                    {t(`kinds.${one}`)}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          <Field label={t("branch")} error={errors.at("branch")} required>
            {(ids) => <Input {...ids} {...plain} value={branch} onChange={(event) => setBranch(event.target.value)} />}
          </Field>
        </div>
        <Field label={t("url")} hint={t(known === null ? "urlHint" : "urlKnown")} error={errors.at("url")} required={known === null}>
          {(ids) => (
            <Input
              {...ids}
              {...plain}
              inputMode="url"
              placeholder={known ?? exampleUrl}
              value={url}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <RepositoryLogin login={login} hint={t("loginHint")} errorAt={errors.at} onChange={setLogin} />
        <OtherIssues texts={others} />
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={create.isPending} disabled={branch.trim() === ""}>
            {t("create")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const exampleUrl = "https://git.example.com/team/shop.git";
