"use client";
import { FolderUp } from "lucide-react";
import { useRef } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { DropZone } from "../../ui/drop-zone.tsx";
import { FolderField } from "../../ui/folder-field.tsx";
import { type Given, givenOfDrop, givenOfField } from "./given-folder.ts";

const archives = ".tar,.tgz,.gz,.zip";

/** A place to drop a folder or an archive, and buttons that ask for one. */
export function DropSource({ why, onGiven }: { why: string | null; onGiven(given: Given): void }) {
  const t = useTranslations("newDeployment");
  const folder = useRef<HTMLInputElement>(null);
  const archive = useRef<HTMLInputElement>(null);
  const take = (given: Given | null): void => {
    if (given !== null) onGiven(given);
  };
  const drop = (items: DataTransferItemList): void => {
    if (why === null) void givenOfDrop(items).then(take);
  };
  const choose = (files: File[]): void => take(givenOfField(files));
  return (
    <DropZone onDrop={drop} className="py-10">
      <FolderUp className="size-6 text-soft" aria-hidden />
      <p className="font-medium text-sm">{t("dropHere")}</p>
      <p className="max-w-md text-[13px] text-soft">{t("dropText")}</p>
      <div className="flex flex-wrap justify-center gap-2">
        <Button why={why} onClick={() => folder.current?.click()}>
          {t("chooseFolder")}
        </Button>
        <Button why={why} onClick={() => archive.current?.click()}>
          {t("chooseArchive")}
        </Button>
      </div>
      <FolderField field={folder} label={t("folderField")} onFiles={choose} />
      <input
        ref={archive}
        type="file"
        accept={archives}
        aria-label={t("archiveField")}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          choose([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </DropZone>
  );
}
