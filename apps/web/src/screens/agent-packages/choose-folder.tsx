"use client";
import { FolderUp } from "lucide-react";
import { useRef } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { DropZone } from "../../ui/drop-zone.tsx";
import { FolderField } from "../../ui/folder-field.tsx";
import { filesOfDrop, filesOfField, type GivenFile } from "./read-folder.ts";

/** A place to drop a folder, and a button that asks for one. */
export function ChooseFolder({ isBusy, onFiles }: { isBusy: boolean; onFiles(files: GivenFile[]): void }) {
  const t = useTranslations("agentPackages");
  const field = useRef<HTMLInputElement>(null);
  const drop = (items: DataTransferItemList): void => {
    if (!isBusy) void filesOfDrop(items).then(onFiles);
  };
  return (
    <DropZone onDrop={drop} className="py-8">
      <FolderUp className="size-6 text-soft" aria-hidden />
      <p className="text-soft text-sm">{t("dropHere")}</p>
      <Button disabled={isBusy} onClick={() => field.current?.click()}>
        {t("chooseFolder")}
      </Button>
      <FolderField field={field} label={t("folderField")} onFiles={(files) => files.length > 0 && onFiles(filesOfField(files))} />
    </DropZone>
  );
}
