/**
 * The page with the prelude as the first thing in its head: a script that comes after a stylesheet waits for it, and so
 * would the first questions to the API. The font gives way to scripts and answers: text is readable without it.
 */
export function insertPrelude(html: string, prelude: string): string {
  const head = '<meta charSet="utf-8"/>';
  if (!html.includes(head)) throw new Error("the exported page has no head that begins as it used to");
  return html.replace(head, () => `${head}<script>${prelude}</script>`).replaceAll('as="font"', 'as="font" fetchPriority="low"');
}
