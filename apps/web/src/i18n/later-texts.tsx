"use client";
import { type ReactNode, use, useMemo } from "react";
import { IntlProvider, useLocale, useMessages } from "use-intl";
import type later from "../../messages/later/en.json";
import type { Locale } from "./locale.ts";

/** Texts of screens that are not the first: those who never open them never load them. */
export type LaterMessages = typeof later;

const catalogs: Record<Locale, () => Promise<{ default: LaterMessages }>> = {
  en: () => import("../../messages/later/en.json"),
  zh: () => import("../../messages/later/zh.json") as Promise<{ default: LaterMessages }>,
};

const asked: Partial<Record<Locale, Promise<LaterMessages>>> = {};

/** Begins to load them, once; what failed may be asked for again. */
function load(locale: Locale): Promise<LaterMessages> {
  asked[locale] ??= catalogs[locale]().then(
    (loaded) => loaded.default,
    (error) => {
      delete asked[locale];
      throw error;
    },
  );
  return asked[locale];
}

/** Gives its children those texts too; suspends until they are there. */
export function LaterTexts({ children }: { children: ReactNode }) {
  const locale = useLocale();
  const first = useMessages();
  const later = use(load(locale === "zh" ? "zh" : "en"));
  const messages = useMemo(() => ({ ...first, ...later }), [first, later]);
  return (
    <IntlProvider locale={locale} messages={messages}>
      {children}
    </IntlProvider>
  );
}
