export const locales = ["en", "zh"] as const;
export type Locale = (typeof locales)[number];

const key = "agentpod.locale";
const listeners = new Set<() => void>();

/** The language of the page; the prelude has set it before anything was painted. */
export const currentLocale = (): Locale => (document.documentElement.lang === "zh" ? "zh" : "en");

/** Changes it here and for later visits. */
export function chooseLocale(locale: Locale): void {
  document.documentElement.lang = locale;
  try {
    localStorage.setItem(key, locale);
  } catch {
    // Storage may be refused; the choice then holds for this page.
  }
  for (const listener of listeners) listener();
}

export function onLocale(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
