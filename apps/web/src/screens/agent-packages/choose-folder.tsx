"use client";
import { FolderUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { filesOfDrop, filesOfField, type GivenFile } from "./read-folder.ts";

/** A place to drop a folder, and a button that asks for one. */
export function ChooseFolder({ isBusy, onFiles }: { isBusy: boolean; onFiles(files: GivenFile[]): void }) {
  const t = useTranslations("agentPackages");
  const field = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (!isBusy) void filesOfDrop(event.dataTransfer.items).then(onFiles);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: whoever cannot drop presses the button in it
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx(
        "flex flex-col items-center gap-3 rounded-xl border border-dashed px-4 py-8 text-center transition-colors",
        isOver ? "border-ink bg-hover" : "border-line-strong",
      )}
    >
      <FolderUp className="size-6 text-soft" aria-hidden />
      <p className="text-soft text-sm">{t("dropHere")}</p>
      <Button disabled={isBusy} onClick={() => field.current?.click()}>
        {t("chooseFolder")}
      </Button>
      <input
        ref={(element) => {
          field.current = element;
          element?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        multiple
        aria-label={t("folderField")}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          if (event.target.files !== null && event.target.files.length > 0) onFiles(filesOfField(event.target.files));
          event.target.value = "";
        }}
      />
    </div>
  );
}
