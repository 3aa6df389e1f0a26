"use client";
import type { PodFileEntry } from "@agentpod/core/api/pod-file-view";
import { FilePlus2, FolderPlus, Upload } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../../../ui/button.tsx";
import type { FilesAt } from "./files-href.ts";
import { NewEntry } from "./new-entry.tsx";
import { Replace } from "./replace.tsx";
import { useUpload } from "./use-upload.ts";

/** What puts things into a folder. */
export function FileTools({ at, entries }: { at: FilesAt; entries: PodFileEntry[] }) {
  const t = useTranslations("files");
  const input = useRef<HTMLInputElement>(null);
  const [making, setMaking] = useState<"file" | "folder" | null>(null);
  const [waiting, setWaiting] = useState<File[]>([]);
  const upload = useUpload(at);
  const choose = (files: File[]): void => {
    if (input.current) input.current.value = "";
    if (files.some((file) => entries.some((entry) => entry.name === file.name))) setWaiting(files);
    else if (files.length > 0) upload.mutate(files);
  };
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Button small onClick={() => setMaking("folder")}>
        <FolderPlus className="size-3.5" aria-hidden />
        {t("newFolder")}
      </Button>
      <Button small onClick={() => setMaking("file")}>
        <FilePlus2 className="size-3.5" aria-hidden />
        {t("newFile")}
      </Button>
      <Button small isBusy={upload.isPending} onClick={() => input.current?.click()}>
        <Upload className="size-3.5" aria-hidden />
        {t("upload")}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        aria-label={t("chooseFiles")}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => choose([...(event.target.files ?? [])])}
      />
      {making !== null && <NewEntry at={at} kind={making} onClose={() => setMaking(null)} />}
      <Replace
        names={waiting.map((file) => file.name).filter((name) => entries.some((entry) => entry.name === name))}
        onCancel={() => setWaiting([])}
        onReplace={() => {
          setWaiting([]);
          upload.mutate(waiting);
        }}
      />
    </span>
  );
}
