"use client";
import { FolderUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "../../ui/button.tsx";
import { cx } from "../../ui/cx.ts";
import { type Given, givenOfDrop, givenOfField } from "./given-folder.ts";

const archives = ".tar,.tgz,.gz,.zip";

/** A place to drop a folder or an archive, and buttons that ask for one. */
export function DropSource({ why, onGiven }: { why: string | null; onGiven(given: Given): void }) {
  const t = useTranslations("newDeployment");
  const folder = useRef<HTMLInputElement>(null);
  const archive = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const take = (given: Given | null): void => {
    if (given !== null) onGiven(given);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (why === null) void givenOfDrop(event.dataTransfer.items).then(take);
  };
  const choose = (list: FileList | null): void => take(givenOfField([...(list ?? [])]));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: whoever cannot drop presses the buttons in it
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx(
        "flex flex-col items-center gap-3 rounded-xl border border-dashed px-4 py-10 text-center transition-colors",
        isOver ? "border-ink bg-hover" : "border-line-strong",
      )}
    >
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
      <input
        ref={(element) => {
          folder.current = element;
          element?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        multiple
        aria-label={t("folderField")}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          choose(event.target.files);
          event.target.value = "";
        }}
      />
      <input
        ref={archive}
        type="file"
        accept={archives}
        aria-label={t("archiveField")}
        tabIndex={-1}
        className="sr-only"
        onChange={(event) => {
          choose(event.target.files);
          event.target.value = "";
        }}
      />
    </div>
  );
}
