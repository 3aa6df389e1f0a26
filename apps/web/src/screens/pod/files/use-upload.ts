"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { useAct } from "../../../api/use-act.ts";
import { type FilesAt, inFolder } from "./files-href.ts";
import { folderQuery } from "./folder-query.ts";

/** Puts files into a folder, one after another; the first that fails ends it, and says why. */
export function useUpload(at: FilesAt) {
  const t = useTranslations("files");
  const client = useQueryClient();
  return useAct({
    async run(files: File[]) {
      for (const file of files) {
        await api.files.write({ ...at, path: inFolder(at.path, file.name) }, { bytes: file, size: file.size }).finally(() => {
          void client.invalidateQueries(folderQuery(at));
        });
      }
    },
    done: (_none, files) => t("uploaded", { count: files.length, name: files[0]?.name ?? "" }),
  });
}
