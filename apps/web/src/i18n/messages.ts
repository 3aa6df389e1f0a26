import type { Sentences } from "@agentpod/core/translator";
import type en from "../../messages/en.json";
import type { LaterMessages } from "./later-texts.tsx";
import type { Locale } from "./locale.ts";

export type Messages = typeof en;

declare module "use-intl" {
  interface AppConfig {
    Messages: Messages & LaterMessages;
  }
}

/** Each language is a file of its own, so that nobody loads the other. */
const catalogs: Record<Locale, () => Promise<{ default: Messages }>> = {
  en: () => import("../../messages/en.json"),
  zh: () => import("../../messages/zh.json") as Promise<{ default: Messages }>,
};

/** What the API says is English; other languages know its sentences. */
const said: Record<Locale, () => Promise<{ default: Sentences }>> = {
  en: async () => ({ default: {} }),
  zh: () => import("@agentpod/core/sentences/zh.json"),
};

/** The texts of the dashboard and the sentences of the API. */
export async function loadMessages(locale: Locale): Promise<{ messages: Messages; sentences: Sentences }> {
  const [messages, sentences] = await Promise.all([catalogs[locale](), said[locale]()]);
  return { messages: messages.default, sentences: sentences.default };
}
