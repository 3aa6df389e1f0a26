"use client";
import { useTranslations } from "use-intl";
import { Dialog } from "../ui/dialog.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { useNav } from "./use-nav.ts";

/** All keys, in one place. */
export default function ShortcutSheet({ onClose }: { onClose(): void }) {
  const t = useTranslations("shortcuts");
  const nav = useTranslations("nav");
  const rows: [string[], string][] = [
    [["Ctrl", "K"], t("palette")],
    [["/"], t("filter")],
    [["c"], t("create")],
    [["?"], t("help")],
    ...useNav()
      .flat()
      .map(({ id, key }): [string[], string] => [["g", key], nav(id)]),
  ];
  return (
    <Dialog open onOpenChange={onClose} title={t("title")}>
      <ul className="grid gap-x-8 gap-y-2 sm:grid-cols-2">
        {rows.map(([keys, text]) => (
          <li key={text} className="flex items-center justify-between gap-3 text-sm">
            {text}
            <span className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
