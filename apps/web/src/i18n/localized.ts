import { useLocale } from "use-intl";

/** Picks the text of a template in the page's language. */
export function useLocalized(): (text: { en: string; zh: string } | undefined) => string {
  const locale = useLocale();
  return (text) => (locale === "zh" ? text?.zh : text?.en) ?? "";
}
