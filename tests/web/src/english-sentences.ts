import type { Page } from "playwright-core";

/** Words of English in a row that are shown on a page, code and logs aside: what a page in another language still says in English. */
export async function englishSentences(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement as HTMLElement;
      if (element.closest("code, pre, script, style, option, [role=log]") === null && element.checkVisibility())
        found.push(node.textContent ?? "");
    }
    return found;
  });
  return texts.filter((text) => /[A-Za-z]{2,}[,;:]? [a-z]{2,}[,;:]? [a-z]{2,}/.test(text)).map((text) => text.trim());
}
