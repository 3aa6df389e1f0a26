import type { ReactNode } from "react";
import { useTranslations } from "use-intl";
import { Command } from "./command.tsx";

/** What a list says while it is empty: what would be here, and how it comes here, by button and by CLI. */
export function Empty({ title, text, command, action }: { title: string; text: string; command?: string; action?: ReactNode }) {
  const t = useTranslations("common");
  return (
    <div className="flex flex-col items-center gap-4 px-4 py-12 text-center">
      <div className="flex max-w-md flex-col gap-1">
        <h2 className="font-medium">{title}</h2>
        <p className="text-soft text-sm">{text}</p>
      </div>
      {action}
      {command && (
        <div className="flex w-full max-w-lg flex-col gap-1.5">
          <p className="text-soft text-xs">{t("orByCli")}</p>
          <Command text={command} />
        </div>
      )}
    </div>
  );
}
