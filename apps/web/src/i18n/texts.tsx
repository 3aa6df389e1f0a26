"use client";
import { translator } from "@agentpod/core/translator";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { IntlProvider } from "use-intl";
import { currentLocale, type Locale, onLocale } from "./locale.ts";
import { loadMessages, type Messages } from "./messages.ts";
import { Said } from "./said.ts";

interface Loaded {
  locale: Locale;
  messages: Messages;
  say: (sentence: string) => string;
}

/** Texts, dates and numbers in the chosen language. Shows nothing until the texts are there, and the old ones until the new are. */
export function Texts({ children }: { children: ReactNode }) {
  const locale = useSyncExternalStore(onLocale, currentLocale);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let isWanted = true;
    loadMessages(locale).then(({ messages, sentences }) => isWanted && setLoaded({ locale, messages, say: translator(sentences) }));
    return () => {
      isWanted = false;
    };
  }, [locale]);
  if (loaded === null) return null;
  return (
    <IntlProvider locale={loaded.locale} messages={loaded.messages} timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}>
      <Said value={loaded.say}>{children}</Said>
    </IntlProvider>
  );
}
