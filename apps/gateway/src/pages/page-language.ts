export type PageLanguage = "en" | "zh";

/** The better liked of English and Chinese by an Accept-Language header; English where neither is named. */
export function pageLanguage(accept: string | undefined): PageLanguage {
  let best: { language: PageLanguage; quality: number } = { language: "en", quality: 0 };
  for (const part of (accept ?? "").slice(0, 500).split(",")) {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
    const language = /^zh(-|$)/.test(tag) ? "zh" : /^en(-|$)/.test(tag) ? "en" : null;
    const q = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)$/.exec(parameter)?.[1]).find((value) => value !== undefined);
    const quality = q === undefined ? 1 : Number(q);
    if (language !== null && quality > best.quality) best = { language, quality };
  }
  return best.language;
}
