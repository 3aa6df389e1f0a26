"use client";
import type { PodFileEntry } from "@agentpod/core/api/pod-file-view";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { ConfirmByName } from "../../../ui/confirm-by-name.tsx";
import { type FilesAt, inFolder } from "./files-href.ts";
import { folderQuery } from "./folder-query.ts";

interface DeleteProps {
  at: FilesAt;
  entry: PodFileEntry;
  open: boolean;
  onClose(): void;
  onDone?(): void;
}

export function DeleteFile({ at, entry, open, onClose, onDone }: DeleteProps) {
  const t = useTranslations("files");
  const client = useQueryClient();
  const { name, kind } = entry;
  const remove = useAct({
    run: () => api.files.remove({ ...at, path: inFolder(at.path, name) }),
    done: () => t("deleted", { name }),
    onDone() {
      void client.invalidateQueries(folderQuery(at));
      onClose();
      onDone?.();
    },
  });
  return (
    <ConfirmByName
      open={open}
      onOpenChange={onClose}
      title={t("deleteTitle", { name })}
      warning={t(kind === "folder" ? "deleteFolderText" : kind === "link" ? "deleteLinkText" : "deleteText")}
      name={name}
      action={t("delete")}
      isBusy={remove.isPending}
      onConfirm={() => remove.mutate()}
    />
  );
}
