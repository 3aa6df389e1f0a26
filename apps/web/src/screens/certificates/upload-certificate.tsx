"use client";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../api/client.ts";
import { useAct } from "../../api/use-act.ts";
import { useSaid } from "../../i18n/said.ts";
import { useFieldErrors } from "../../inputs/field-errors.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Select } from "../../ui/input.tsx";
import { PemField } from "./pem-field.tsx";

interface UploadProps {
  /** Who it may be for; empty: the installation. */
  owners: string[];
  onClose(): void;
}

/** Takes a certificate that was issued elsewhere, with its key, which is never shown again. */
export function UploadCertificate({ owners, onClose }: UploadProps) {
  const t = useTranslations("certificates");
  const said = useSaid();
  const client = useQueryClient();
  const errors = useFieldErrors();
  const [problem, setProblem] = useState<string | null>(null);
  const upload = useAct({
    run: (form: FormData) => {
      const owner = String(form.get("owner"));
      return api.certificates.upload(owner === "" ? null : owner, { chain: String(form.get("chain")), key: String(form.get("key")) });
    },
    done: ({ names }) => t("uploaded", { names: names.join(", ") }),
    onDone() {
      void client.invalidateQueries({ queryKey: ["certificates"] });
      onClose();
    },
    onError(error) {
      if (!errors.take(error)) setProblem(said(error.message));
      return true;
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    errors.clear();
    setProblem(null);
    upload.mutate(new FormData(event.currentTarget));
  };
  return (
    <Dialog open onOpenChange={onClose} title={t("uploadTitle")} description={t("uploadText")}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("owner")} hint={t("ownerHint")}>
          {(ids) => (
            <Select {...ids} name="owner">
              {owners.map((owner) => (
                <option key={owner} value={owner}>
                  {owner === "" ? t("installation") : owner}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <PemField name="chain" label={t("chain")} hint={t("chainHint")} error={errors.at("chain")} />
        <PemField name="key" label={t("key")} hint={t("keyHint")} error={errors.at("key")} />
        {problem !== null && (
          <p role="alert" className="font-medium text-sm">
            {problem}
          </p>
        )}
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={upload.isPending}>
            {t("upload")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
