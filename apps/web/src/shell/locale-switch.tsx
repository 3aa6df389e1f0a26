"use client";
import { useLocale, useTranslations } from "use-intl";
import { chooseLocale } from "../i18n/locale.ts";

/** The other language, named in itself. */
export function LocaleSwitch() {
  const t = useTranslations("shell");
  const other = useLocale() === "zh" ? "en" : "zh";
  return (
    <button
      type="button"
      lang={other}
      onClick={() => chooseLocale(other)}
      className="h-8 rounded-md px-2 text-[13px] text-soft transition-colors hover:bg-hover hover:text-ink"
    >
      {t("otherLanguage")}
    </button>
  );
}
