const head = '<meta charSet="utf-8"/>';
const font = /<link rel="preload"[^>]* as="font"[^>]*>/g;

/**
 * The page with the prelude as the first thing in its head: a script that comes after a stylesheet waits for it, and so
 * would the first questions to the API. Fonts come last in it: text is readable without them, and nothing is without scripts.
 */
export function insertPrelude(html: string, prelude: string): string {
  if (!html.includes(head)) throw new Error("the exported page has no head that begins as it used to");
  const fonts = html.match(font) ?? [];
  return html
    .replace(font, "")
    .replace(head, () => `${head}<script>${prelude}</script>`)
    .replace("</head>", () => `${fonts.join("").replaceAll(' as="font"', ' as="font" fetchPriority="low"')}</head>`);
}
