import type en from "../../messages/en.json";
import type { Locale } from "./locale.ts";

export type Messages = typeof en;

declare module "use-intl" {
  interface AppConfig {
    Messages: Messages;
  }
}

/** Each language is a file of its own, so that nobody loads the other. */
const catalogs: Record<Locale, () => Promise<{ default: Messages }>> = {
  en: () => import("../../messages/en.json"),
  zh: () => import("../../messages/zh.json") as Promise<{ default: Messages }>,
};

export const loadMessages = async (locale: Locale): Promise<Messages> => (await catalogs[locale]()).default;
