"use client";
import { useTranslations } from "use-intl";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";

/** Asks before what is there is written over. Closed where there are no names. */
export function Replace({ names, onCancel, onReplace }: { names: string[]; onCancel(): void; onReplace(): void }) {
  const t = useTranslations("files");
  const common = useTranslations("common");
  return (
    <Dialog
      open={names.length > 0}
      onOpenChange={onCancel}
      title={t("replaceTitle", { count: names.length })}
      description={t("replaceText")}
    >
      <ul className="max-h-48 list-disc overflow-y-auto pl-5 font-mono text-[13px]">
        {names.map((name) => (
          <li key={name} className="break-all">
            {name}
          </li>
        ))}
      </ul>
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{common("cancel")}</Button>
        <Button look="danger" onClick={onReplace}>
          {t("replace")}
        </Button>
      </div>
    </Dialog>
  );
}
