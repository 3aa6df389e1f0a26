"use client";
import type { PodFileEntry } from "@agentpod/core/api/pod-file-view";
import { File, Folder, Link2, type LucideIcon, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslations } from "use-intl";
import { api } from "../../../api/client.ts";
import { Ago } from "../../../i18n/time.tsx";
import { Go } from "../../../routing/go.tsx";
import { IconButton } from "../../../ui/icon-button.tsx";
import { Cell } from "../../../ui/table.tsx";
import { useBytesText } from "./bytes-text.ts";
import { DeleteFile } from "./delete-file.tsx";
import { DownloadLink } from "./download-link.tsx";
import { type FilesAt, filesHref, inFolder } from "./files-href.ts";
import { isProgram, permissionWords } from "./permission-words.ts";

const icons: Record<PodFileEntry["kind"], LucideIcon> = { folder: Folder, file: File, link: Link2, other: File };

export function FileRow({ at, entry }: { at: FilesAt; entry: PodFileEntry }) {
  const t = useTranslations("files");
  const bytesText = useBytesText();
  const [isDeleting, setDeleting] = useState(false);
  const { name, kind, bytes, mode } = entry;
  // What came from an archive without times has the first of all.
  const modifiedAt = Date.parse(entry.modifiedAt) === 0 ? null : entry.modifiedAt;
  const path = inFolder(at.path, name);
  const Icon = icons[kind];
  const opened = "min-w-0 break-all rounded font-mono text-[13px] underline-offset-4 hover:underline";
  return (
    <tr className="hover:bg-hover">
      <Cell className="min-w-44">
        <span className="flex min-w-0 items-center gap-2.5">
          <Icon className="size-4 shrink-0 text-soft" aria-hidden />
          <span className="flex min-w-0 flex-col gap-0.5">
            {kind === "folder" || kind === "file" ? (
              <Go href={filesHref(kind === "folder" ? { ...at, path } : { ...at, file: name })} className={opened}>
                {name}
              </Go>
            ) : (
              <span className="break-all font-mono text-[13px]">{name}</span>
            )}
            {(kind === "link" || kind === "other") && <span className="text-[13px] text-soft">{t(kind)}</span>}
            {/* The columns of these are not shown on small screens. */}
            {kind === "file" && (
              <span className="text-[13px] text-soft sm:hidden">
                {bytesText(bytes)} · <Ago at={modifiedAt} />
              </span>
            )}
          </span>
        </span>
      </Cell>
      <Cell className="whitespace-nowrap text-soft">{kind === "file" ? bytesText(bytes) : <span aria-hidden>–</span>}</Cell>
      <Cell className="whitespace-nowrap text-soft">
        <Ago at={modifiedAt} />
      </Cell>
      <Cell className="min-w-40 text-soft">
        {kind === "link" ? (
          <span aria-hidden>–</span>
        ) : (
          <span title={mode.toString(8).padStart(3, "0")}>
            {t(`may.${permissionWords(mode)}`)}
            {kind === "file" && isProgram(mode) && ` ${t("may.program")}`}
          </span>
        )}
      </Cell>
      <Cell className="text-right">
        <span className="inline-flex items-center justify-end">
          {kind === "file" && <DownloadLink href={api.files.contentUrl({ ...at, path })} name={name} isSmall />}
          <IconButton icon={Trash2} label={t("deleteOne", { name })} onClick={() => setDeleting(true)} />
        </span>
        <DeleteFile at={at} entry={entry} open={isDeleting} onClose={() => setDeleting(false)} />
      </Cell>
    </tr>
  );
}
