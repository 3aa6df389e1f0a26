"use client";
import { AppError } from "@agentpod/core/errors";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { useSaid } from "../../../i18n/said.ts";
import { go } from "../../../routing/go.tsx";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { Input } from "../../../ui/input.tsx";
import { type FilesAt, filesHref, inFolder } from "./files-href.ts";
import { folderQuery } from "./folder-query.ts";

/** Asks for the name of a new folder, which is then opened, or of a new file, which is then written. */
export function NewEntry({ at, kind, onClose }: { at: FilesAt; kind: "file" | "folder"; onClose(): void }) {
  const t = useTranslations("files");
  const said = useSaid();
  const client = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const make = useAct({
    async run(name: string) {
      const path = inFolder(at.path, name);
      if (kind === "folder") return api.files.makeFolder({ ...at, path });
      const { entries } = await client.fetchQuery({ ...folderQuery(at), staleTime: 0 });
      if (entries.some((entry) => entry.name === name)) throw new AppError("conflict", `there is a ${path} already`);
      await api.files.write({ ...at, path }, { bytes: new Blob([]), size: 0 });
    },
    onDone(_none, name) {
      void client.invalidateQueries(folderQuery(at));
      onClose();
      go(filesHref(kind === "folder" ? { ...at, path: inFolder(at.path, name) } : { ...at, file: name }));
    },
    onError(error) {
      setProblem(said(error.message));
      return true;
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name"));
    setProblem(null);
    if (name === "" || name.includes("/") || name === "." || name === "..") setProblem(t("badName"));
    else make.mutate(name);
  };
  return (
    <Dialog open onOpenChange={onClose} title={t(kind === "folder" ? "newFolder" : "newFile")} description={t("newIn", { path: at.path })}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <Field label={t("name")} error={problem} required>
          {(ids) => <Input {...ids} name="name" autoComplete="off" spellCheck={false} autoFocus className="font-mono" />}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" look="solid" isBusy={make.isPending}>
            {t("make")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
