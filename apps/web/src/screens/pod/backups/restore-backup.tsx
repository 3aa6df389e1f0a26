"use client";
import type { PodBackupView } from "@agentpod/core/api/pod-backup-view";
import { type FormEvent, useState } from "react";
import { useFormatter, useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { useSaid } from "../../../i18n/said.ts";
import { useFieldErrors } from "../../../inputs/field-errors.ts";
import { Button } from "../../../ui/button.tsx";
import { Choice } from "../../../ui/choice.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";

interface RestoreProps {
  backup: PodBackupView;
  /** The pod that it is of is still there. */
  isPodThere: boolean;
  onClose(): void;
  onBegun(operation: string): void;
}

/** Brings a backup back: into its pod, once the pod's name was typed, or as a new one. */
export function RestoreBackup({ backup, isPodThere, onClose, onBegun }: RestoreProps) {
  const t = useTranslations("podBackups");
  const common = useTranslations("common");
  const said = useSaid();
  const format = useFormatter();
  const errors = useFieldErrors();
  const [isNew, setNew] = useState(!isPodThere);
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const { tenant, id, pod, createdAt } = backup;
  const label = `${tenant}/${pod}`;
  const at = format.dateTime(new Date(createdAt), { dateStyle: "medium", timeStyle: "short" });
  const restore = useAct({
    run: () => api.podBackups.restore(tenant, id, isNew ? { as: text.trim() } : {}),
    onDone({ operation }) {
      onBegun(operation);
      onClose();
    },
    onError(error) {
      if (!errors.take(error)) setProblem(said(error.message));
      return true;
    },
  });
  const choose = (next: boolean): void => {
    setNew(next);
    setText("");
    setProblem(null);
    errors.clear();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    errors.clear();
    setProblem(null);
    if ((isNew || text === label) && !restore.isPending) restore.mutate();
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t("restoreTitle", { at })}
      description={t(isPodThere ? "restoreWhere" : "restoreGone", { pod: label })}
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        {isPodThere && (
          <>
            <Choice
              group="restore"
              label={t("inPlace", { pod: label })}
              hint={t("inPlaceText", { pod: label, at })}
              checked={!isNew}
              onChange={() => choose(false)}
            />
            <Choice
              group="restore"
              label={t("asNew")}
              hint={t("asNewText", { pod: label })}
              checked={isNew}
              onChange={() => choose(true)}
            />
          </>
        )}
        {isNew ? (
          <Field label={t("newName")} hint={t("newNameHint", { tenant })} error={errors.at("as")} required>
            {(ids) => (
              <Input
                {...ids}
                name="as"
                value={text}
                onChange={(event) => setText(event.target.value)}
                autoComplete="off"
                spellCheck={false}
              />
            )}
          </Field>
        ) : (
          <Field label={common("typeToConfirm", { name: label })}>
            {(ids) => (
              <Input {...ids} value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" spellCheck={false} />
            )}
          </Field>
        )}
        {problem !== null && (
          <p role="alert" className="break-words font-medium text-sm">
            {problem}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{common("cancel")}</Button>
          <Button
            type="submit"
            look={isNew ? "solid" : "danger"}
            isBusy={restore.isPending}
            disabled={isNew ? text.trim() === "" : text !== label}
          >
            {t(isNew ? "restoreAsNew" : "restoreInPlace")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
