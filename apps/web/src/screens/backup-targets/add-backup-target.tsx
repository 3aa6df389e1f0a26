"use client";
import type { AddBackupTargetRequest } from "@agentpod/core/api/pod-backup-view";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { Button } from "../../ui/button.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Input, Select } from "../../ui/input.tsx";
import { type TargetDraft, targetOf } from "./target-of.ts";

const first: TargetDraft = {
  ...{ kind: "s3", name: "", path: "", endpoint: "", region: "", bucket: "", prefix: "", pathStyle: true },
  ...{ accessKeyId: "", secretAccessKey: "" },
};
const texts = {
  folder: [["path", "/mnt/backups"]],
  s3: [
    ["endpoint", "https://s3.eu-central-1.amazonaws.com"],
    ["bucket", "agentpod-backups"],
    ["region", "us-east-1"],
    ["prefix", "agentpod"],
  ],
} as const;

/** A new target: it is written to, read and cleared before it is stored; its key is never shown again. */
export function AddBackupTarget({ owner, onClose }: { owner: string | null; onClose(): void }) {
  const t = useTranslations("backupTargets");
  const said = useSaid();
  const client = useQueryClient();
  const errors = useFieldErrors();
  const [draft, setDraft] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const change = (part: Partial<TargetDraft>): void => setDraft({ ...draft, ...part });
  const clear = (): void => {
    errors.clear();
    setProblem(null);
  };
  const add = useAct({
    run: (body: AddBackupTargetRequest) => api.podBackups.addTarget(owner, body),
    done: ({ name }) => t("added", { name }),
    onDone() {
      void client.invalidateQueries({ queryKey: ["backup-targets"] });
      onClose();
    },
    onError(error) {
      // What the target itself says belongs to no field.
      if (!errors.take(error)) setProblem(said(error.message));
      return true;
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    clear();
    add.mutate(targetOf(draft));
  };
  const fields = texts[draft.kind];
  const keys = ["accessKeyId", "secretAccessKey"] as const;
  const shown = ["name", ...fields.map(([name]) => `config.${name}`), ...keys.map((name) => `credentials.${name}`)];
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={owner === null ? t("addInstallation") : t("addTenant", { tenant: owner })}
      description={t("addText")}
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label={t("name")} error={errors.at("name")} required>
            {(ids) => (
              <Input
                {...ids}
                value={draft.name}
                onChange={(event) => change({ name: event.target.value })}
                autoComplete="off"
                spellCheck={false}
                autoFocus
              />
            )}
          </Field>
          <Field label={t("kind")}>
            {(ids) => (
              <Select
                {...ids}
                value={draft.kind}
                onChange={(event) => {
                  clear();
                  change({ kind: event.target.value === "folder" ? "folder" : "s3" });
                }}
              >
                <option value="s3">{t("kinds.s3")}</option>
                {owner === null && <option value="folder">{t("kinds.folder")}</option>}
              </Select>
            )}
          </Field>
        </div>
        {fields.map(([name, example]) => (
          <Field
            key={name}
            label={t(`fields.${name}`)}
            hint={t(`hints.${name}`)}
            error={errors.at(`config.${name}`)}
            required={name !== "region" && name !== "prefix"}
          >
            {(ids) => (
              <Input
                {...ids}
                value={draft[name]}
                placeholder={example}
                onChange={(event) => change({ [name]: event.target.value })}
                autoComplete="off"
                spellCheck={false}
              />
            )}
          </Field>
        ))}
        {draft.kind === "s3" && (
          <>
            <Choice
              label={t("pathStyle")}
              hint={t("pathStyleHint")}
              checked={draft.pathStyle}
              onChange={(pathStyle) => change({ pathStyle })}
            />
            <Field label={t("fields.accessKeyId")} error={errors.at("credentials.accessKeyId") ?? errors.at("credentials")} required>
              {(ids) => (
                <Input
                  {...ids}
                  value={draft.accessKeyId}
                  onChange={(event) => change({ accessKeyId: event.target.value })}
                  autoComplete="off"
                  spellCheck={false}
                />
              )}
            </Field>
            <Field label={t("fields.secretAccessKey")} hint={t("secretHint")} error={errors.at("credentials.secretAccessKey")} required>
              {(ids) => (
                <Input
                  {...ids}
                  type="password"
                  value={draft.secretAccessKey}
                  onChange={(event) => change({ secretAccessKey: event.target.value })}
                  autoComplete="new-password"
                />
              )}
            </Field>
          </>
        )}
        {[...errors.others([...shown, "credentials"]), ...(problem === null ? [] : [problem])].map((text) => (
          <p key={text} role="alert" className="break-words font-medium text-sm">
            {text}
          </p>
        ))}
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={add.isPending}>
            {t("add")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
